// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// A source of trust anchors that can be reloaded while the server runs. It keeps the last store that was loaded.
///
/// A reload replaces the whole store or nothing: if the source has become empty or broken, the last good store stays in
/// force, and the outcome says so.
public final class TrustSource: Sendable {
    /// The result of a reload.
    public enum Outcome: Sendable {
        /// The anchors are the same as before.
        case unchanged(TrustStore)
        /// The anchors changed. The new store has a higher generation.
        case replaced(TrustStore)
        /// The source could not be loaded. The previous store stays in force.
        case keptLastGood(TrustStore, because: TrustStoreError)
    }

    /// The store in force, and the numbers that keep loads in order.
    private struct State {
        var store: TrustStore
        var lastStartedLoad = 0
        /// The load that `store` is from.
        var loadInForce = 0
    }

    private let load: @Sendable () throws(TrustStoreError) -> TrustStore
    private let state: Mutex<State>
    /// Posts whenever the anchors change.
    package let changes = ChangeNotice<Void>()
    /// Posts after `changes`, for work that takes time and that no decision waits for.
    package let renewals = ChangeNotice<Void>()

    /// Loads the first store.
    ///
    /// - Throws: what `load` throws, because there is no last good store yet.
    public init(_ load: @escaping @Sendable () throws(TrustStoreError) -> TrustStore) throws(TrustStoreError) {
        self.load = load
        state = Mutex(State(store: try load()))
    }

    /// Loads the given files, now and at every reload.
    public convenience init(files: [String]) throws(TrustStoreError) {
        try self.init { () throws(TrustStoreError) in try TrustStore(files: files) }
    }

    /// Loads a folder, now and at every reload.
    public convenience init(folder: String) throws(TrustStoreError) {
        try self.init { () throws(TrustStoreError) in try TrustStore(folder: folder) }
    }

    /// The store in force.
    public var current: TrustStore { state.withLock { $0.store } }

    /// Loads again, and puts the result in force if it is usable.
    ///
    /// Reloads may run at the same time. What a load read is not put in force after the result of a load that started
    /// later; the outcome is then `unchanged` with the store in force.
    @discardableResult
    public func reload() -> Outcome {
        let number = state.withLock { state in
            state.lastStartedLoad += 1
            return state.lastStartedLoad
        }
        let fresh: TrustStore
        do throws(TrustStoreError) {
            fresh = try load()
        } catch {
            return .keptLastGood(current, because: error)
        }
        // The former store is returned, so that it is not freed under the lock, which every validation takes.
        let (outcome, former) = state.withLock { state -> (Outcome, TrustStore?) in
            guard number > state.loadInForce else { return (.unchanged(state.store), nil) }
            state.loadInForce = number
            guard fresh.fingerprint != state.store.fingerprint else { return (.unchanged(state.store), nil) }
            defer { state.store = fresh }
            return (.replaced(fresh), state.store)
        }
        defer { withExtendedLifetime(former) {} }
        if case .replaced = outcome {
            changes.post(())
            renewals.post(())
        }
        return outcome
    }
}
