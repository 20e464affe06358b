// SPDX-License-Identifier: Apache-2.0
// Between the header blocks of HTTP/2 and HTTPTypes.

import HTTPTypes
import NIOHPACK

extension HTTPRequest {
    /// Reads a request's header block, whose form SwiftNIO has checked.
    ///
    /// - Returns: nil for what this server takes no request for: CONNECT, another scheme than https, no host or one
    ///   that disagrees with `:authority`, userinfo in it, a path that does not begin with a slash.
    /// - Source: RFC 9113 section 8.3.1; RFC 9110 section 4.2.4.
    init?(_ block: HPACKHeaders) {
        var pseudo: [String: String] = [:]
        var hosts: [String] = []
        var fields = HTTPFields()
        for (name, value, _) in block {
            if name.hasPrefix(":") {
                pseudo[name] = value
            } else if name == "host" {
                hosts.append(value)
            } else {
                guard let name = HTTPField.Name(name) else { return nil }
                fields.append(HTTPField(name: name, value: value))
            }
        }
        guard let method = pseudo[":method"].flatMap({ HTTPRequest.Method($0) }), method != .connect,
            pseudo[":scheme"]?.lowercased() == "https", let path = pseudo[":path"],
            path.hasPrefix("/") || (path == "*" && method == .options),
            let authority = pseudo[":authority"] ?? hosts.first, !authority.isEmpty, !authority.contains("@"),
            hosts.count <= 1, hosts.allSatisfy({ $0.lowercased() == authority.lowercased() })
        else { return nil }
        self.init(method: method, scheme: "https", authority: authority, path: path, headerFields: fields)
    }
}

extension HTTPFields {
    /// Reads a block of trailers; nil for a name that no field can have.
    init?(trailers block: HPACKHeaders) {
        self.init()
        for (name, value, _) in block {
            guard let name = HTTPField.Name(name) else { return nil }
            append(HTTPField(name: name, value: value))
        }
    }
}

extension ListenerResponse {
    /// Fields that have no meaning in HTTP/2, and the length, about which the listener alone decides.
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
