// SPDX-License-Identifier: Apache-2.0
// What a fuzz target is, and what is demanded of every answer.

/// A reader of bytes that strangers send.
protocol FuzzTarget {
    /// The word on the command line.
    static var name: String { get }
    /// Longer inputs are not tried.
    static var longestInput: Int { get }
    /// Byte strings that the fuzzer puts into inputs.
    static var words: [[UInt8]] { get }

    init(_ world: FuzzWorld) throws

    /// Inputs to begin with.
    func seeds() throws -> [[UInt8]]

    /// Reads one input; traps where an answer breaks a rule.
    func read(_ input: [UInt8])
}

extension FuzzTarget {
    static var longestInput: Int { 16 * 1024 }
    static var words: [[UInt8]] { [] }
}

/// Every target.
var targets: [any FuzzTarget.Type] {
    [
        CertificateTarget.self, PathTarget.self, RevocationListTarget.self, ResponseTarget.self, PEMTarget.self,
        PKCS12Target.self, ForwardingTarget.self, TicketTarget.self, CertificateMessageTarget.self, HTTP1Target.self,
        HTTP2Target.self, ProxyProtocolTarget.self,
    ]
}

/// Ends the program when a rule is broken; libFuzzer then keeps the input.
func demand(_ condition: Bool, _ rule: @autoclosure () -> String, file: StaticString = #file, line: UInt = #line) {
    guard !condition else { return }
    fatalError("broken rule: \(rule())", file: file, line: line)
}

/// The answer of `question`, which must be the same when it is asked again.
@discardableResult
func twice<Answer: Equatable>(_ question: () -> Answer) -> Answer {
    let answer = question()
    let again = question()
    demand(answer == again, "the same answer twice:\n\(answer)\n\(again)")
    return answer
}

/// What `question` gives, or the error that it throws, as text.
func outcome<Value>(_ question: () throws -> Value) -> String {
    do {
        return "\(try question())"
    } catch {
        return "refused: \(error)"
    }
}
