// Package web serves the mock's page: plain files, nothing from elsewhere. The
// page has no privileged door: it uses the control API as anybody can.
package web

import (
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
)

//go:embed static
var embedded embed.FS

// policy lets the page run its own scripts and speak to the mock that served
// it, and nothing else. Nothing may be turned into elements as text, because
// what the page shows comes from whoever answers a webhook.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// Handler serves the page and its files: those that it was built with, or those
// in dir as they are at each request, when that is not empty. The error says
// that dir holds no page.
func Handler(dir string) (http.Handler, error) {
	files, err := fs.Sub(embedded, "static")
	if dir != "" {
		files = os.DirFS(dir)
		if _, err = fs.Stat(files, "index.html"); err != nil {
			err = fmt.Errorf("%s holds no page: %w", dir, err)
		}
	}
	if err != nil {
		return nil, err
	}
	serve := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		if r.URL.Path != "/" && strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r) // what is in a folder is nobody's business
			return
		}
		serve.ServeHTTP(w, r)
	}), nil
}
