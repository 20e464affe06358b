// SPDX-License-Identifier: Apache-2.0
// Watches files as long as a service runs.

public import Logging
import NIOPosix
public import ServiceLifecycle

/// Looks at the files of a `FileWatch` again and again, and says what came of it.
public struct FileWatchService: Service {
    private let watch: FileWatch
    private let interval: Duration
    private let logger: Logger
    private let reload: @Sendable () throws -> Void

    /// Serves `watch`.
    ///
    /// - Parameters:
    ///   - interval: between two looks; a change is in force two of them after it at the latest.
    ///   - logger: hears of every reload, and of every refusal once.
    ///   - reload: puts everything into force, or throws and changes nothing.
    public init(
        watch: FileWatch,
        interval: Duration = .seconds(2),
        logger: Logger = Logger(label: "certauth.reload"),
        reload: @escaping @Sendable () throws -> Void
    ) {
        self.watch = watch
        self.interval = interval
        self.logger = logger
        self.reload = reload
    }

    /// Runs until the task is cancelled or the service group shuts down gracefully.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: interval)
                guard !Task.isCancelled else { return }
                let outcome = try? await NIOThreadPool.singleton.runIfActive { watch.look(reload) }
                switch outcome {
                case .reloaded?: logger.notice("reloaded: the watched files have changed")
                case .refused(let reason)?:
                    logger.error("not reloaded, the previous configuration stays in use: \(reason)")
                case .unchanged?, .changing?, nil: break
                }
            }
        }
    }
}
