// SPDX-License-Identifier: Apache-2.0

/// A client with Node's tls module. Each line of its input holds cell, certificate, key, version, connections, path.
enum NodeClient {
    static let source = #"""
        const fs = require("fs");
        const tls = require("tls");
        const [port, authorities] = process.argv.slice(2);

        function ask(options, path) {
            return new Promise((resolve) => {
                let answer = "";
                let session = null;
                const socket = tls.connect(options, () => {
                    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
                });
                socket.setEncoding("utf8");
                socket.on("session", (found) => { session = found; });
                socket.on("data", (text) => { answer += text; });
                socket.on("error", (error) => resolve([`error ${error.code} ${error.message}`, null]));
                socket.on("end", () => resolve([answer, session]));
                socket.on("close", () => resolve([answer, session]));
            });
        }

        async function main() {
            for (const line of fs.readFileSync(0, "utf8").split("\n").filter((line) => line.length > 0)) {
                const [cell, certificate, key, version, count, path] = line.split(" ");
                const options = {
                    host: "127.0.0.1", port: Number(port), servername: "localhost", ca: fs.readFileSync(authorities),
                    minVersion: `TLSv${version}`, maxVersion: `TLSv${version}`, ALPNProtocols: ["http/1.1"],
                };
                if (certificate !== "-") {
                    options.cert = fs.readFileSync(certificate);
                    options.key = fs.readFileSync(key);
                }
                for (let index = 0; index < Number(count); index += 1) {
                    const [answer, session] = await ask(options, path);
                    if (session) options.session = session;
                    console.log(`${cell} ${index} ${answer.replace(/[\r\n]/g, " ")}`);
                }
            }
        }

        main();
        """#
}
