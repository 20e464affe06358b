// SPDX-License-Identifier: Apache-2.0
// Fuzz list | Fuzz seeds FOLDER [VECTORS] | Fuzz run TARGET [flags and folders of libFuzzer]

import CLibFuzzer
import Foundation

/// What libFuzzer's callback calls, which can't capture anything.
nonisolated(unsafe) var readInput: (([UInt8]) -> Void)?

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(2)
}

/// The target, with every table made that is made once: each honest input has been read.
///
/// LeakSanitizer looks for addresses in memory. Swift keeps those of long strings with other bits beside them, so that
/// static tables of such strings look lost to it. What later inputs lose is reported as before.
func prepared(_ type: any FuzzTarget.Type) throws -> any FuzzTarget {
    fuzz_setup_will_begin()
    defer { fuzz_setup_did_end() }
    let target = try type.init(FuzzWorld())
    for seed in try target.seeds() { target.read(seed) }
    return target
}

func run(_ name: String, _ arguments: [String]) throws -> Never {
    guard let type = targets.first(where: { $0.name == name }) else {
        fail("no target \(name), expected one of \(targets.map { $0.name }.joined(separator: ", "))")
    }
    let target = try prepared(type)
    readInput = { target.read($0) }
    var strings = ([CommandLine.arguments[0], "-max_len=\(type.longestInput)"] + arguments).map { strdup($0) }
    strings.append(nil)
    var count = Int32(strings.count - 1)
    let status = strings.withUnsafeMutableBufferPointer { buffer in
        var start = buffer.baseAddress
        return LLVMFuzzerRunDriver(&count, &start) { bytes, count in
            readInput?(Array(UnsafeBufferPointer(start: bytes, count: count)))
            return 0
        }
    }
    exit(status)
}

switch CommandLine.arguments.dropFirst().first {
case "list": print(targets.map { $0.name }.joined(separator: "\n"))
case "seeds" where CommandLine.arguments.count >= 3:
    try Seeds.write(to: CommandLine.arguments[2], vectors: CommandLine.arguments.dropFirst(3).first)
case "run" where CommandLine.arguments.count >= 3:
    try run(CommandLine.arguments[2], Array(CommandLine.arguments.dropFirst(3)))
default: fail("usage: Fuzz list | Fuzz seeds FOLDER [VECTORS] | Fuzz run TARGET [flags and folders of libFuzzer]")
}
