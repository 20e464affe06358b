// SPDX-License-Identifier: Apache-2.0
// Trust that can be loaded anew while the server runs.

internal import Synchronization

/// A place trust anchors come from, with the last store that could be loaded from it.
///
/// A reload replaces the store as a whole or not at all: a source that has become empty or broken leaves the last good
/// one in force, and the outcome says so.
public final class TrustSource: Sendable {
    /// What a reload came to.
    public enum Outcome: Sendable {
        /// The anchors are the same as before.
        case unchanged(TrustStore)
        /// The anchors are new; the generation grew.
        case replaced(TrustStore)
        /// The source could not be loaded; the store of before stays.
        case keptLastGood(TrustStore, because: TrustStoreError)
    }

    private let load: @Sendable () throws(TrustStoreError) -> TrustStore
    private let store: Mutex<TrustStore>
    /// Posts whenever other anchors have come into force.
    package let changes = ChangeNotice<Void>()

    /// Loads for the first time.
    ///
    /// - Throws: what `load` throws; there is no last good store yet.
    public init(_ load: @escaping @Sendable () throws(TrustStoreError) -> TrustStore) throws(TrustStoreError) {
        self.load = load
        store = Mutex(try load())
    }

    /// Loads the given files, and again at every reload.
    public convenience init(files: [String]) throws(TrustStoreError) {
        try self.init { () throws(TrustStoreError) in try TrustStore(files: files) }
    }

    /// Loads a folder, and again at every reload.
    public convenience init(folder: String) throws(TrustStoreError) {
        try self.init { () throws(TrustStoreError) in try TrustStore(folder: folder) }
    }

    /// The store in force.
    public var current: TrustStore { store.withLock { $0 } }

    /// Loads anew and puts the result in force, if it can be used.
    @discardableResult
    public func reload() -> Outcome {
        let fresh: TrustStore
        do throws(TrustStoreError) {
            fresh = try load()
        } catch {
            return .keptLastGood(current, because: error)
        }
        let outcome = store.withLock { store -> Outcome in
            guard fresh.fingerprint != store.fingerprint else { return .unchanged(store) }
            store = fresh
            return .replaced(fresh)
        }
        if case .replaced = outcome { changes.post(()) }
        return outcome
    }
}
