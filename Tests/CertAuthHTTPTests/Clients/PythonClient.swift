// SPDX-License-Identifier: Apache-2.0

/// A client with Python's ssl module. Each line of its input holds cell, certificate, key, version, connections, path.
enum PythonClient {
    static let source = #"""
        import socket, ssl, sys

        port, authorities = int(sys.argv[1]), sys.argv[2]
        versions = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}
        for line in sys.stdin:
            cell, certificate, key, version, count, path = line.split()
            context = ssl.create_default_context(cafile=authorities)
            context.minimum_version = context.maximum_version = versions[version]
            context.set_alpn_protocols(["http/1.1"])
            if certificate != "-":
                context.load_cert_chain(certificate, key)
            session = None
            for index in range(int(count)):
                answer = b""
                try:
                    with socket.create_connection(("127.0.0.1", port), timeout=60) as raw:
                        with context.wrap_socket(raw, server_hostname="localhost", session=session) as tls:
                            request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            tls.sendall(request.encode())
                            while True:
                                piece = tls.recv(65536)
                                if not piece:
                                    break
                                answer += piece
                            session = tls.session
                    text = answer.decode()
                except OSError as error:
                    text = f"error {error}"
                print(cell, index, text.replace("\r", " ").replace("\n", " "), flush=True)
        """#
}
