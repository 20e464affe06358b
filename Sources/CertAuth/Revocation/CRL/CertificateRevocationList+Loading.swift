// SPDX-License-Identifier: Apache-2.0

extension CertificateRevocationList {
    /// The maximum size of a CRL file in bytes, enough for about two million entries.
    package static let fileSizeLimit = 64 * 1024 * 1024

    /// Loads every CRL of a file, in order: PEM with one or more (label `X509 CRL`), or DER with one.
    ///
    /// - Throws: `CertificateLoadingError` naming the file and the cause.
    public static func load(file path: String) throws(CertificateLoadingError) -> [CertificateRevocationList] {
        let contents: [UInt8]
        do throws(BoundedFile.Failure) {
            contents = try BoundedFile.contents(of: path, limit: fileSizeLimit)
        } catch {
            switch error {
            case .unreadable(let reason): throw CertificateLoadingError(path, .unreadable(reason))
            case .tooLarge(let limit): throw CertificateLoadingError(path, .tooLarge(limit: limit))
            }
        }
        return try load(contents, source: path)
    }

    /// Loads every CRL of `contents`, which is PEM or DER. Errors use `source` as the name of the bytes.
    package static func load(
        _ contents: [UInt8],
        source: String
    ) throws(CertificateLoadingError) -> [CertificateRevocationList] {
        guard contents.contains(where: { $0 > 0x20 }) else { throw CertificateLoadingError(source, .empty) }
        if contents.first == DERTag.sequence {
            if let kind = EncodedObjectKind(encoded: contents), kind != .revocationList {
                throw CertificateLoadingError(source, otherObject(kind))
            }
            return [try list(contents, index: 0, source: source)]
        }
        let document: PEMDocument
        do throws(PEMDocument.Failure) {
            document = try PEMDocument(contents)
        } catch {
            throw CertificateLoadingError(source, .invalidPEM(error.text))
        }
        guard !document.blocks.isEmpty else { throw CertificateLoadingError(source, .unrecognisedList) }
        var lists: [CertificateRevocationList] = []
        for block in document.blocks where block.label == "X509 CRL" {
            lists.append(try list(block.bytes, index: lists.count, source: source))
        }
        guard !lists.isEmpty else {
            throw CertificateLoadingError(source, .noRevocationList(labels: document.blocks.map(\.label)))
        }
        return lists
    }

    private static func otherObject(_ kind: EncodedObjectKind) -> CertificateLoadingError.Cause {
        let remedy = kind == .ocspResponse ? "give it where OCSP responses are expected" : "give the CRL's file here"
        return .otherKind(found: "\(kind.name), expected a CRL", remedy: remedy)
    }

    private static func list(
        _ bytes: [UInt8],
        index: Int,
        source: String
    ) throws(CertificateLoadingError) -> CertificateRevocationList {
        do throws(CertificateError) {
            return try CertificateRevocationList(derEncoded: bytes)
        } catch {
            throw CertificateLoadingError(source, .malformed(index: index, error))
        }
    }
}
