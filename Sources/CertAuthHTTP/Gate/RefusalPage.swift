// SPDX-License-Identifier: Apache-2.0
// The page that a person sees whose browser was refused. It has no script and loads nothing.

import CertAuth
import HTTPTypes
import NIOHTTP1

/// A refusal as HTML.
struct RefusalPage {
    let problem: ProblemDocument
    let request: RefusedRequest

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:12vh auto 0;padding:0 1.5rem;color:#1c1e21;\
        background:#fff}h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}dl{margin:2rem 0 0;padding:1rem 0 0;\
        border-top:1px solid #d0d4d9;color:#555b63;font-size:.875rem}dt{float:left;clear:left;width:6rem}\
        dd{margin:0 0 0 6rem;overflow-wrap:anywhere}code{font-size:.875rem}\
        @media(prefers-color-scheme:dark){body{color:#e4e6e9;background:#17191c}dl{border-color:#3a3f45;color:#a5abb3}}
        """
    /// Permits the style sheet of this page and nothing else.
    private static let contentSecurityPolicy: String = {
        let source =
            (try? Certificate.digest(of: Array(style.utf8))).map { "'sha256-\(Base64.encoded($0.bytes))'" } ?? "'none'"
        return "default-src 'none'; style-src \(source); base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }()

    /// The page in place of `response`, with its status and its other fields.
    func response(replacing response: ListenerResponse) -> ListenerResponse {
        var page = response
        page.headerFields[.contentType] = "text/html; charset=utf-8"
        page.headerFields[.contentSecurityPolicy] = Self.contentSecurityPolicy
        page.headerFields[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { page.headerFields[name] = "no-referrer" }
        page.body = Array(text.utf8)
        return page
    }

    private var text: String {
        let title = HTTPResponseStatus(statusCode: problem.status.code).reasonPhrase
        var rows = row("Code", "<code>\(Self.escaped(problem.code))</code>")
        if let identifier = request.identifier { rows += row("Reference", "<code>\(Self.escaped(identifier))</code>") }
        if let message = problem.message { rows += row("Details", Self.escaped(message)) }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(problem.status.code) \(Self.escaped(title))</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <h1>\(Self.escaped(request.sentence))</h1>
            <p>\(Self.escaped(request.advice))</p>
            <dl>
            \(rows)</dl>
            </body>
            </html>

            """
    }

    private func row(_ name: String, _ value: String) -> String { "<dt>\(name)</dt><dd>\(value)</dd>\n" }

    /// `text` for element content and attribute values. Characters that are not printable appear as `\u{hex}`.
    private static func escaped(_ text: String) -> String {
        var output = ""
        for character in DisplayText.escaped(text, limit: 2048).unicodeScalars {
            switch character {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            default: output.unicodeScalars.append(character)
            }
        }
        return output
    }
}
