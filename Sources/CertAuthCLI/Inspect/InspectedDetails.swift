// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL

/// An object that is shown as a list of fields.
package struct InspectedDetails: Sendable {
    /// A stable word for programs.
    package let kind: String
    /// The name for people.
    package let title: String
    /// The fields. A name may appear several times. Not escaped.
    package let fields: [(String, String)]

    /// `{"kind", "fields": [{"name", "value"}]}`
    var json: JSONValue {
        [
            "kind": .string(kind),
            "fields": .array(fields.map { ["name": .string($0.0), "value": .string($0.1)] }),
        ]
    }
}

extension InspectedObject {
    /// Reads a certificate request (RFC 2986). Its signature is not verified.
    static func certificateRequest(_ bytes: [UInt8]) -> InspectedObject {
        do throws(DERError) {
            var reader = DERReader(bytes)
            var request = try reader.constructed()
            try reader.finish()
            var info = try request.constructed()
            _ = try info.value(DERTag.integer)
            let subject = try DistinguishedName(derEncoded: Array(info.value(DERTag.sequence).encoding))
            let key = try PublicKeyInfo(from: &info)
            var fields = [
                ("subject", subject.rfc4514), ("key", key.summary), ("spki sha256", key.sha256),
            ]
            if let attributes = try info.optional(DERTag.contextConstructed(0)) {
                fields += try requestedExtensions(attributes.reader)
            }
            return .details(InspectedDetails(kind: "certificate-request", title: "certificate request", fields: fields))
        } catch {
            return .malformed(kind: "certificate request", reason: "\(error)")
        }
    }

    /// Reads the attribute extensionRequest (RFC 2985 section 5.4.2).
    private static func requestedExtensions(_ reader: DERReader) throws(DERError) -> [(String, String)] {
        var attributes = reader
        var fields: [(String, String)] = []
        while !attributes.isAtEnd {
            var attribute = try attributes.constructed()
            let type = try attribute.objectIdentifier()
            guard type.description == "1.2.840.113549.1.9.14" else {
                fields.append(("attribute", type.readableName))
                continue
            }
            var values = try attribute.constructed(DERTag.set)
            var list = try values.constructed()
            while !list.isAtEnd {
                let entry = try CertificateExtension(from: &list)
                guard entry.identifier == .subjectAltName else {
                    fields.append((entry.identifier.readableName, "DER \(Hexadecimal.text(entry.value))"))
                    continue
                }
                var names = DERReader(entry.value)
                for name in try GeneralName.list(names.constructed()) {
                    fields.append((entry.identifier.readableName, name.description))
                }
            }
        }
        return fields
    }

    /// Reads an OCSP response. Its signature is not verified.
    static func ocspResponse(_ bytes: [UInt8]) -> InspectedObject {
        let response: OCSPResponse
        do throws(OCSPResponseError) {
            response = try OCSPResponse(derEncoded: bytes)
        } catch {
            guard case .notSuccessful(let status) = error else {
                return .malformed(kind: "OCSP response", reason: DisplayText.escaped("\(error)"))
            }
            return .details(
                InspectedDetails(kind: "ocsp-response", title: "OCSP response", fields: [("error", "\(status)")])
            )
        }
        var fields = [("responder", "\(response.responderID)"), ("producedAt", "\(response.producedAt)")]
        if let nonce = response.nonce { fields.append(("nonce", Hexadecimal.text(nonce))) }
        for entry in response.entries {
            fields.append(("serial", entry.certificateID.serialNumber.hexadecimal))
            fields.append(("status", text(entry.status)))
            fields.append(("thisUpdate", "\(entry.thisUpdate)"))
            fields.append(("nextUpdate", entry.nextUpdate.map { "\($0)" } ?? "none"))
        }
        return .details(InspectedDetails(kind: "ocsp-response", title: "OCSP response", fields: fields))
    }

    private static func text(_ status: OCSPSingleResponse.Status) -> String {
        switch status {
        case .good: "good"
        case .unknown: "unknown"
        case .revoked(let date, let reason):
            "revoked at \(date)" + (reason.map { ", reason \(RevocationReason.name(of: $0))" } ?? "")
        }
    }

    /// Reads a SubjectPublicKeyInfo.
    static func publicKey(_ bytes: [UInt8]) -> InspectedObject {
        do throws(DERError) {
            var reader = DERReader(bytes)
            let key = try PublicKeyInfo(from: &reader)
            try reader.finish()
            let fields = [("key", key.summary), ("spki sha256", key.sha256)]
            return .details(InspectedDetails(kind: "public-key", title: "public key", fields: fields))
        } catch {
            return .malformed(kind: "public key", reason: "\(error)")
        }
    }
}

extension PublicKeyInfo {
    /// SHA-256 of the DER, as in the pins of `spki:`.
    var sha256: String {
        (try? DigestAlgorithm.sha256.digest(derEncoded)).map { Hexadecimal.text($0) } ?? "not available"
    }
}
