// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension Duration {
    /// The nanoseconds, as near as an `Int` comes to them.
    package var clampedNanoseconds: Int { Int(TimeAmount(self).nanoseconds) }
}
