// SPDX-License-Identifier: Apache-2.0

/// The reads of one TLS connection: what the layers above requested, and what was delivered to them.
struct TLSReadFlow {
    /// Whether the layers above have requested a read and received nothing since.
    private var isRequested = false
    /// Whether a read is deferred until the client is admitted, or has read the data already sent.
    private var isHeld = false
    /// Whether something was delivered in the current batch of reads or, between batches, since the last one ended.
    private var hasDelivered = false
    /// Whether a batch of reads is in progress. Its end will be passed on.
    private var isInBatch = false

    mutating func batchDidBegin() { isInBatch = true }

    mutating func didDeliver() {
        hasDelivered = true
        isRequested = false
    }

    /// Returns whether a read is still due, because the batch contained nothing for the layers above.
    mutating func batchDidEnd() -> Bool {
        defer {
            hasDelivered = false
            isInBatch = false
        }
        return isRequested && !hasDelivered
    }

    /// Returns whether to read now. A read that is not possible now is deferred.
    mutating func readWasRequested(isPossible: Bool) -> Bool {
        isRequested = true
        if !isPossible { isHeld = true }
        return isPossible
    }

    /// Returns whether a deferred read must be made now.
    mutating func takeHeld() -> Bool {
        defer { isHeld = false }
        return isHeld
    }

    /// Whether something was delivered outside of any batch, so that no end of a batch follows by itself.
    mutating func takeDeliveryWithoutBatch() -> Bool {
        guard hasDelivered, !isInBatch else { return false }
        hasDelivered = false
        return true
    }
}
