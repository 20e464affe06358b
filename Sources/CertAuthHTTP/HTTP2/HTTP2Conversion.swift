// SPDX-License-Identifier: Apache-2.0
// Conversion between the header blocks of HTTP/2 and HTTPTypes.

import CertAuth
import HTTPTypes
import NIOHPACK

extension HTTPRequest {
    /// Reads a request's header block, whose form SwiftNIO has checked.
    ///
    /// - Throws: `.methodNotServed` for CONNECT; `.malformed` for another scheme than https, a missing or invalid host,
    ///   a host that differs from `:authority`, an invalid path, several lengths, and whitespace around values.
    /// - Source: RFC 9113 sections 8.2.1, 8.3.1 and 8.5; RFC 9110 sections 4.2.3 and 4.2.4.
    init(_ block: HPACKHeaders) throws(RequestDefect) {
        var pseudo: [String: String] = [:]
        var hosts: [String] = []
        var fields = HTTPFields()
        for (name, value, _) in block {
            guard !value.hasOuterBlanks else { throw .malformed(.outerBlanks) }
            if name.hasPrefix(":") {
                pseudo[name] = value
            } else if name == "host" {
                hosts.append(value)
            } else {
                guard let name = HTTPField.Name(name) else { throw .malformed(.fieldName) }
                fields.append(HTTPField(name: name, value: value))
            }
        }
        guard let method = pseudo[":method"].flatMap({ HTTPRequest.Method($0) }) else { throw .malformed(.method) }
        guard method != .connect else { throw .methodNotServed }
        guard pseudo[":scheme"]?.lowercased() == "https", let path = pseudo[":path"],
            RequestAuthority.isPath(path) || (path == "*" && method == .options),
            let authority = pseudo[":authority"] ?? hosts.first, RequestAuthority.isValid(authority)
        else { throw .malformed(.pseudoFields) }
        guard hosts.count <= 1, hosts.allSatisfy({ RequestAuthority.areEqual($0, authority, scheme: "https") }) else {
            throw .malformed(.hosts)
        }
        guard fields[.contentLength]?.utf8.areASCIIDigits ?? true else { throw .malformed(.length) }
        self.init(method: method, scheme: "https", authority: authority, path: path, headerFields: fields)
    }
}

extension String {
    fileprivate var hasOuterBlanks: Bool {
        guard let first = utf8.first, let last = utf8.last else { return false }
        return first == 0x20 || first == 0x09 || last == 0x20 || last == 0x09
    }
}

extension HTTPFields {
    /// Reads a block of trailers. Nil if it contains an invalid field name.
    init?(trailers block: HPACKHeaders) {
        self.init()
        for (name, value, _) in block {
            guard let name = HTTPField.Name(name) else { return nil }
            append(HTTPField(name: name, value: value))
        }
    }
}

extension ListenerResponse {
    /// Fields that have no meaning in HTTP/2, and the length, which only the listener determines.
    ///
    /// - Source: RFC 9113 section 8.2.2.
    private static let removedFields: Set<String> = [
        "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade", "te", "content-length",
    ]

    /// The header block to send.
    var headerBlock: HPACKHeaders {
        var block = HPACKHeaders([(":status", "\(status.code)")])
        for field in headerFields where !Self.removedFields.contains(field.name.canonicalName) {
            block.add(name: field.name.canonicalName, value: field.value)
        }
        if !isBodiless { block.add(name: "content-length", value: "\(body.count)") }
        return block
    }
}
