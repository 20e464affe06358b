// SPDX-License-Identifier: Apache-2.0

public import Logging
import NIOPosix
public import ServiceLifecycle

/// A service that checks files at intervals, and logs the results.
public struct FileWatchService: Service {
    private let watch: FileWatch
    private let interval: Duration
    private let logger: Logger
    private let reload: @Sendable () throws -> Void

    /// Watches files from now on: create it before they are loaded.
    ///
    /// - Parameters:
    ///   - paths: files, and folders, of which only the files directly in them are watched.
    ///   - interval: the time between two checks. A change takes effect after two intervals at the latest.
    ///   - logger: receives every reload, and each refusal once.
    ///   - reload: puts all contents into force, or throws and changes nothing.
    public init(
        paths: [String],
        interval: Duration = .seconds(2),
        logger: Logger = Logger(label: "certauth.reload"),
        reload: @escaping @Sendable () throws -> Void
    ) {
        self.init(watch: FileWatch(paths: paths), interval: interval, logger: logger, reload: reload)
    }

    /// Watches what `watch` began to watch.
    package init(
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
                let outcome = try? await NIOThreadPool.singleton.runIfActive { watch.check(reload) }
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
