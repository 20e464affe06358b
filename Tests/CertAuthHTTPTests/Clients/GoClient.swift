// SPDX-License-Identifier: Apache-2.0

/// A client with Go's crypto/tls. Each line of its input holds cell, certificate, key, version, connections, path.
enum GoClient {
    static let source = #"""
        package main

        import (
            "bufio"
            "crypto/tls"
            "crypto/x509"
            "fmt"
            "io"
            "os"
            "strconv"
            "strings"
        )

        func ask(port string, config *tls.Config, path string) string {
            connection, err := tls.Dial("tcp", "127.0.0.1:"+port, config)
            if err != nil {
                return "error " + err.Error()
            }
            defer connection.Close()
            fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path)
            answer, err := io.ReadAll(connection)
            if err != nil {
                return "error " + err.Error()
            }
            return string(answer)
        }

        func main() {
            port := os.Args[1]
            pem, _ := os.ReadFile(os.Args[2])
            roots := x509.NewCertPool()
            roots.AppendCertsFromPEM(pem)
            versions := map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}
            input := bufio.NewScanner(os.Stdin)
            for input.Scan() {
                fields := strings.Fields(input.Text())
                config := &tls.Config{
                    RootCAs: roots, ServerName: "localhost", NextProtos: []string{"http/1.1"},
                    MinVersion: versions[fields[3]], MaxVersion: versions[fields[3]],
                    ClientSessionCache: tls.NewLRUClientSessionCache(4),
                }
                if fields[1] != "-" {
                    identity, err := tls.LoadX509KeyPair(fields[1], fields[2])
                    if err != nil {
                        panic(err)
                    }
                    // Whatever authorities the server names.
                    config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
                        return &identity, nil
                    }
                }
                count, _ := strconv.Atoi(fields[4])
                for index := 0; index < count; index++ {
                    answer := ask(port, config, fields[5])
                    fmt.Println(fields[0], index, strings.NewReplacer("\r", " ", "\n", " ").Replace(answer))
                }
            }
        }
        """#
}
