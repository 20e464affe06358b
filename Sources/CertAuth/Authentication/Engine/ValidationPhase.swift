// SPDX-License-Identifier: Apache-2.0

/// A completed step of a validation, as a trace shows it.
package enum ValidationPhase: Sendable, Equatable {
    /// This many certificates were parsed.
    case parsed(certificates: Int)
    /// A path of this many certificates was validated by our checks and libcrypto. The code is nil if the path is
    /// valid.
    case path(certificates: Int, FailureCode?)
    /// The revocation statuses of a valid path were checked. The code is nil if none refuses it.
    case revocation(FailureCode?)

    /// This path was tried. For tools that show its certificates.
    case tried(TriedPath)

    /// Called for each step in order.
    package typealias Observer = @Sendable (ValidationPhase) -> Void
}
