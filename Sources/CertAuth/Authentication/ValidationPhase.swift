// SPDX-License-Identifier: Apache-2.0
// How far a validation has come.

/// A step that is done; what a trace shows.
package enum ValidationPhase: Sendable, Equatable {
    /// So many certificates were read.
    case parsed(certificates: Int)
    /// A path of so many certificates was judged by our checks and libcrypto; nil when it holds.
    case path(certificates: Int, FailureCode?)
    /// The statuses of a path that holds were weighed; nil when none stands against it.
    case revocation(FailureCode?)

    /// This path was tried: for tools, which show its certificates.
    case tried(TriedPath)

    /// Told of each step in turn.
    package typealias Observer = @Sendable (ValidationPhase) -> Void
}
