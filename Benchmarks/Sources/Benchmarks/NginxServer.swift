// SPDX-License-Identifier: Apache-2.0
// nginx, if it is installed: one worker, TLS 1.3, client certificates required.

import BenchmarkServing
import Foundation

/// Starts nginx with a temporary configuration.
enum NginxServer {
    /// What it does in addition to requiring certificates.
    enum Feature: String {
        case tickets
        /// Looks clients up in the CRLs of the folder.
        case lists
        case http2
        /// Has a master process, which reloads the configuration on SIGHUP.
        case reloadable
    }

    private static let program = "/usr/sbin/nginx"

    /// Nil if nginx is not installed.
    static func start(in folder: ServerFolder, _ feature: Feature?) throws -> ServerProcess? {
        guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
        let name = "nginx-\(feature?.rawValue ?? "plain")"
        let lists = feature == .lists ? "ssl_crl \(folder.lists);" : ""
        let master = feature == .reloadable ? "on" : "off"
        let http2 = feature == .http2 ? "http2" : ""
        let port = LoopbackPort.free()
        let file = "\(folder.path)/\(name).conf"
        let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(folder.path)/\(name)-\($0);" }.joined(separator: " ")
        let text = """
            daemon off; master_process \(master); worker_processes 1; pid \(folder.path)/\(name).pid; error_log \(folder.path)/\(name).log crit;
            worker_rlimit_nofile 20000;
            events { worker_connections 15000; }
            http {
              access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; \(places)
              server {
                listen 127.0.0.1:\(port) ssl \(http2) backlog=1024;
                ssl_certificate \(folder.chain); ssl_certificate_key \(folder.key); ssl_protocols TLSv1.3;
                ssl_session_cache off; ssl_session_tickets \(feature == .tickets ? "on" : "off");
                ssl_verify_client on; ssl_verify_depth 3; ssl_client_certificate \(folder.root); \(lists)
                default_type text/plain;
                location / { return 200 "hello"; }
              }
            }
            """
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let log = "\(folder.path)/\(name).log"
        return try ServerProcess.foreign(program, ["-e", log, "-c", file], port: port)
    }
}
