// SPDX-License-Identifier: Apache-2.0
// Sources of verdicts that replaced each other.

internal import Synchronization

/// The other sources of a family.
///
/// A reload replaces an authenticator, but requests that wait still use the former one, and an application may keep it.
final class VerdictSourceFamily: Sendable {
    private struct Member: Sendable {
        weak var source: VerdictSource?
    }

    /// Held while a source joins a family, so that none succeeds itself by way of others.
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
    /// This source, those that it replaced, and those that replaced it, as long as they are in use.
    var wholeFamily: [VerdictSource] { [self] + family.sources }

    /// Joins the family of a source that this one replaces, whose evidence it has taken over.
    func join(_ former: VerdictSource) {
        VerdictSourceFamily.joining.withLock { _ in
            givenEvidence.isReplaced(by: nil)
            for relative in former.wholeFamily where relative !== self {
                relative.family.add(self)
                family.add(relative)
                relative.givenEvidence.isReplaced(by: givenEvidence)
            }
        }
    }
}
