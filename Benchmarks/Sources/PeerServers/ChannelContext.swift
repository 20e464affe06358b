// SPDX-License-Identifier: Apache-2.0
// How an application on Hummingbird and NIOSSL obtains its client's certificate.

import Hummingbird
import NIOCore

/// A request context that keeps the channel.
struct ChannelContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
