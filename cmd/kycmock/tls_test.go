package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kycmock/mockserver"
)

// readyFile is what serve writes to its ready file, which is its ready line.
func readyFile(t *testing.T, env []string, args ...string) (line map[string]any, url string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ready")
	said, stop := serving(t, env, append([]string{"--addr", "127.0.0.1:0", "--ready-file", file}, args...)...)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop() })
	if bytes.Count(text, []byte("\n")) != 1 {
		t.Errorf("it is not one line: %s", text)
	}
	if err := json.Unmarshal(text, &line); err != nil {
		t.Fatal(err)
	}
	return line, said.URL
}

func TestServeSaysWhereItServesHTTPS(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	line, url := readyFile(t, []string{"KYCMOCK_CA_DIR=" + dir, "KYCMOCK_PUBLIC_URL=http://kycmock:8080/"}, "--tls-addr", "127.0.0.1:0")
	secure, _ := line["tlsUrl"].(string)
	if len(line) != 4 || line["ready"] != true || line["url"] != url || !strings.HasPrefix(secure, "https://127.0.0.1:") {
		t.Fatalf("the ready line is %v", line)
	}
	kept, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(url + "/_mock/v1/ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if got, err := io.ReadAll(answer.Body); err != nil || string(got) != string(kept) {
		t.Errorf("the CA is %s, %v", got, err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(kept)
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	defer client.CloseIdleConnections()
	over, err := client.Get(secure + "/version")
	if err != nil {
		t.Fatal(err)
	}
	defer over.Body.Close()
	var version struct{ URL string }
	if err := json.NewDecoder(over.Body).Decode(&version); err != nil || version.URL != "http://kycmock:8080" {
		t.Errorf("the public URL is %q, %v", version.URL, err)
	}
}

func TestServeWithoutHTTPSSaysNothingOfIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	line, _ := readyFile(t, nil, "--ca-dir", dir)
	if _, said := line["tlsUrl"]; said || len(line) != 3 {
		t.Errorf("the ready line is %v", line)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("a CA was made all the same: %v", err)
	}
}

func TestReceiversMayHaveCertificatesOfTheirOwn(t *testing.T) {
	receiver := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer receiver.Close()
	receiver.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	file := filepath.Join(t.TempDir(), "theirs.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: receiver.Certificate().Raw})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args   []string
		status string
	}{
		"a file that has it": {[]string{"--ca", file}, "delivered"},
		"no verification":    {[]string{"--insecure-skip-verify"}, "delivered"},
		"neither":            {nil, "pending"},
	} {
		t.Run(name, func(t *testing.T) {
			_, url := readyFile(t, nil, append(c.args, "--clock-rate", "0")...)
			send(t, "PUT", url+"/_mock/v1/uqudo/accounts/default/global-webhook", `{"url": "`+receiver.URL+`", "securityType": "NONE"}`, nil)
			var outcome struct{ Deliveries []struct{ ID string } }
			send(t, "POST", url+"/_mock/v1/uqudo/accounts/default/sessions", `{"flow": "enrollment"}`, &outcome)
			send(t, "POST", url+"/_mock/v1/clock/advance", `{"by": "0s"}`, nil)
			var d struct {
				Status   string
				Attempts []struct{ ErrorKind string }
			}
			read(t, url+"/_mock/v1/deliveries/"+outcome.Deliveries[0].ID, &d)
			if d.Status != c.status || c.status == "pending" && d.Attempts[0].ErrorKind != "tls" {
				t.Errorf("the delivery is %+v, want %s", d, c.status)
			}
		})
	}
}

// send calls the control API and reads the answer, unless into is nil.
func send(t *testing.T, method, url, body string, into any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 300 {
		t.Fatalf("%s %s answered %d %s, %v", method, url, answer.StatusCode, text, err)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatOfTLSCannotBeUsedIsSaidSo(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "ca.pem") // a CA without its key, too
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := mockserver.Start(mockserver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		name   string
		args   []string
		status int
		says   string
	}{
		{"a public URL without a scheme", []string{"--public-url=kycmock:8080"}, exitUsage, "--public-url: want an absolute http or https URL"},
		{"a public URL with a path", []string{"--public-url=http://kycmock/x"}, exitUsage, `--public-url: want no path, not "/x"`},
		{"a public URL of a vendor's", []string{"--public-url=https://id.uqudo.io"}, exitUsage, "the public URL: want a host other than id.uqudo.io"},
		{"a file without certificates", []string{"--ca=" + empty}, exitUsage, "--ca " + empty + ": want a PEM file with certificates, there is none in it"},
		{"a file that is not there", []string{"--ca=" + dir + "/nothing"}, exitUsage, "--ca " + dir + "/nothing: no such file or directory"},
		{"a folder as a file", []string{"--ca=" + dir}, exitUsage, "--ca " + dir + ": is a directory"},
		{"an address for HTTPS that is taken", []string{"--tls-addr", strings.TrimPrefix(taken.URL, "http://")}, exitUsage, "--tls-addr 127.0.0.1:0 take free ports"},
		{"a folder with half a CA", []string{"--tls-addr=127.0.0.1:0", "--ca-dir=" + dir}, exitUsage, "the CA: " + empty + ": no CERTIFICATE in it"},
		{"a folder that cannot be made", []string{"--tls-addr=127.0.0.1:0", "--ca-dir=" + empty + "/x"}, exitUsage, "the CA: "},
	} {
		for _, command := range []string{"serve", "demo"} {
			t.Run(c.name+" "+command, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var stdout, stderr bytes.Buffer
				args := append([]string{command, "--addr=127.0.0.1:0"}, c.args...)
				if status := run(ctx, args, nil, &stdout, &stderr); status != c.status {
					t.Errorf("it ended with %d, want %d", status, c.status)
				}
				if !strings.Contains(stderr.String(), c.says) || stdout.Len() > 0 {
					t.Errorf("stderr is %q, want %q in it; stdout is %q", stderr.String(), c.says, stdout.String())
				}
			})
		}
	}
}
