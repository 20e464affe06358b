// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// The whole seconds, rounded down, because certificates and statements have times in whole seconds. A duration
    /// beyond the range of `Int64` is the largest or smallest number.
    package var wholeSeconds: Int64 {
        guard self < .seconds(Int64.max) else { return .max }
        guard self > .seconds(Int64.min) else { return .min }
        let (seconds, fraction) = components
        return fraction < 0 ? seconds - 1 : seconds
    }
}
