// SPDX-License-Identifier: Apache-2.0

// Answers the cases of the differential factory by Go's crypto/x509.
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"
)

type question struct {
	ID        string   `json:"id"`
	Trusted   []string `json:"trusted_certs"`
	Untrusted []string `json:"untrusted_intermediates"`
	Leaf      string   `json:"peer_certificate"`
	Time      string   `json:"validation_time"`
}

type answer struct {
	ID     string  `json:"id"`
	Result string  `json:"result"`
	Error  *string `json:"error"`
}

func certificate(text string) (*x509.Certificate, error) {
	content, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(content)
}

// pool leaves out what can't be read.
func pool(texts []string) *x509.CertPool {
	made := x509.NewCertPool()
	for _, text := range texts {
		if one, err := certificate(text); err == nil {
			made.AddCert(one)
		}
	}
	return made
}

// judge refuses where crypto/x509 panics: Go 1.19 does so when keys that it does not know are compared.
func judge(q question) (err error) {
	defer func() {
		if found := recover(); found != nil {
			err = fmt.Errorf("panic: %v", found)
		}
	}()
	leaf, err := certificate(q.Leaf)
	if err != nil {
		return err
	}
	now, err := time.Parse(time.RFC3339Nano, q.Time)
	if err != nil {
		return err
	}
	_, err = leaf.Verify(x509.VerifyOptions{
		Roots:         pool(q.Trusted),
		Intermediates: pool(q.Untrusted),
		CurrentTime:   now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	return err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var q question
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			log.Fatal(err)
		}
		a := answer{ID: q.ID, Result: "accept"}
		if err := judge(q); err != nil {
			text := err.Error()
			a.Result, a.Error = "reject", &text
		}
		if err := out.Encode(a); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}
