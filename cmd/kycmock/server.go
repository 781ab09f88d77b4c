package main

import (
	"fmt"
	"net"
	"net/url"
)

// usualServer is where a mock is when nobody says anything else.
const usualServer = "http://127.0.0.1:8080"

// serverFlag is in every command that asks a running mock.
type serverFlag struct {
	Server string `placeholder:"URL" otherwise:"KYCMOCK_ADDR" help:"Where the mock is. Default: the way to KYCMOCK_ADDR, or http://127.0.0.1:8080."`
	trustFlags
}

// base is the URL of that mock.
func (f serverFlag) base() (*url.URL, error) {
	text := f.Server
	if text == "" {
		text = usualServer
	}
	base, err := url.Parse(text)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Hostname() == "" || base.RawQuery != "" || base.Fragment != "" {
		return nil, usagef("--server: want the URL of a mock, such as %s, not %q", usualServer, text)
	}
	return base, nil
}

// client is the client of that mock.
func (f serverFlag) client() (client, error) {
	base, err := f.base()
	if err != nil {
		return client{}, err
	}
	config, err := f.tlsConfig()
	if err != nil {
		return client{}, err
	}
	return newClient(base, config), nil
}

// reached is the URL by which a mock that listens at addr, as name says, is
// reached from the same machine.
func reached(name, addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", usagef("%s: want HOST:PORT, such as :8080, not %q", name, addr)
	}
	if port == "" || port == "0" {
		return "", usagef("%s %s: the mock took a free port, want --server with its URL", name, addr)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return fmt.Sprintf("http://%s", net.JoinHostPort(host, port)), nil
}
