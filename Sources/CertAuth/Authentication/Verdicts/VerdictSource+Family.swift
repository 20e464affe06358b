// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The other sources of a family: sources of verdicts that replaced each other.
///
/// A reload replaces an authenticator, but waiting requests still use the former one, and an application may keep it.
final class VerdictSourceFamily: Sendable {
    private struct Member: Sendable {
        weak var source: VerdictSource?
    }

    /// Held while a source joins a family, so that none becomes its own successor through others.
    static let joining = Mutex(())
    private let members = Mutex<[Member]>([])

    /// The members that are still in use.
    var sources: [VerdictSource] { members.withLock { $0.compactMap(\.source) } }

    /// Adds a member, and drops those that are no longer in use.
    func add(_ source: VerdictSource) {
        members.withLock { members in
            members.removeAll { $0.source == nil || $0.source === source }
            members.append(Member(source: source))
        }
    }
}

extension VerdictSource {
    /// Calls `body` for this source, then for those that it replaced or that replaced it, as long as they are in use.
    func forWholeFamily(_ body: (VerdictSource) -> Void) {
        body(self)
        // Read last: a source that joins later takes over the state of this one.
        family.sources.forEach(body)
    }

    /// Replaces a source.
    ///
    /// - Parameter takeOver: takes over the state that the former source passes on. Before it is called, changes of
    ///   either source start to reach both.
    func replace(_ former: VerdictSource, takeOver: () -> Void) {
        VerdictSourceFamily.joining.withLock { _ in
            let relatives = ([former] + former.family.sources).filter { $0 !== self }
            for relative in relatives {
                relative.family.add(self)
                family.add(relative)
            }
            outdated.inherit(from: former.outdated)
            givenEvidence.putInForce()
            let known = relatives.map(\.givenEvidence.ownGeneration)
            takeOver()
            for (relative, known) in zip(relatives, known) {
                relative.givenEvidence.useEvidence(of: givenEvidence, inheritedGeneration: known)
            }
        }
    }
}
