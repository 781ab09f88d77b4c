package reply_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"kycmock/mockserver/reply"
)

func TestJSONIsCompactAndAsItIs(t *testing.T) {
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"an object", map[string]any{"a": 1, "b": []int{1, 2}}, `{"a":1,"b":[1,2]}`},
		{"what HTML would escape", "<a href='?x=1&y=2'>é</a>", `"<a href='?x=1&y=2'>é</a>"`},
		{"a text with a newline", "a\n", `"a\n"`},
		{"nothing", nil, `null`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			reply.JSON(w, http.StatusTeapot, tt.value)
			if got := w.Body.String(); got != tt.want || w.Code != http.StatusTeapot {
				t.Errorf("got %d %s, want 418 %s", w.Code, got, tt.want)
			}
			if got := w.Header().Get("Content-Type"); got != "application/json" {
				t.Errorf("it is said to be %s", got)
			}
		})
	}
}

func TestJSONOnTheWireHasItsLength(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reply.JSON(w, http.StatusOK, "é")
	}))
	defer server.Close()
	r, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if body, err := io.ReadAll(r.Body); err != nil || string(body) != `"é"` || r.ContentLength != 4 {
		t.Errorf("got %q, %v, of %d bytes", body, err, r.ContentLength)
	}
}

func TestWhatHasNoJSONIsA500AndNothingElse(t *testing.T) {
	w := httptest.NewRecorder()
	reply.JSON(w, http.StatusOK, map[string]any{"a": 1, "b": func() {}})
	if w.Code != http.StatusInternalServerError || w.Body.String() != "Internal Server Error\n" {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
}

func TestContentIsSentUnlessTheClientHasIt(t *testing.T) {
	tests := []struct {
		name, method, tag string
		had               []string
		status            int
		body              string
	}{
		{"whole", "GET", `"a"`, nil, 200, "body"},
		{"whole without an ETag", "GET", "", []string{`"a"`}, 200, "body"},
		{"whole without an ETag to whoever has anything", "GET", "", []string{`*`}, 200, "body"},
		{"not to a HEAD", "HEAD", `"a"`, nil, 200, ""},
		{"not when the client has it", "GET", `"a"`, []string{`"a"`}, 304, ""},
		{"not when the client has anything", "GET", `"a"`, []string{` * `}, 304, ""},
		{"not to a HEAD that has it", "HEAD", `"a"`, []string{`"a"`}, 304, ""},
		{"when the client has another", "GET", `"a"`, []string{`"b"`}, 200, "body"},
		{"when the tag has no quotes", "GET", `"a"`, []string{`a`}, 200, "body"},
		{"when the client says nothing", "GET", `"a"`, []string{``}, 200, "body"},
		{"not when it is one of many", "GET", `"a"`, []string{`"c", "b" ,"a"`}, 304, ""},
		{"not when it is in a second header", "GET", `"a"`, []string{`"b"`, `"a"`}, 304, ""},
		{"not when a proxy weakened the tag", "GET", `"a"`, []string{`W/"a"`}, 304, ""},
		{"not when the tag is weak here", "GET", `W/"a"`, []string{`W/"a"`}, 304, ""},
		{"not when only ours is weak", "GET", `W/"a"`, []string{`"a"`}, 304, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(tt.method, "/", nil)
			r.Header["If-None-Match"] = tt.had
			w.Header().Set("Cache-Control", "max-age=60")
			if tt.tag != "" {
				w.Header().Set("ETag", tt.tag)
			}
			reply.Content(w, r, "text/x-test", []byte("body"))
			got := w.Result()
			if got.StatusCode != tt.status || w.Body.String() != tt.body {
				t.Errorf("got %d %q, want %d %q", got.StatusCode, w.Body, tt.status, tt.body)
			}
			if got.Header.Get("ETag") != tt.tag || got.Header.Get("Cache-Control") == "" {
				t.Errorf("headers were lost: %v", got.Header)
			}
			wantType, wantLength := "text/x-test", "4"
			if tt.status == http.StatusNotModified {
				wantType, wantLength = "", ""
			}
			if h := got.Header; h.Get("Content-Type") != wantType || h.Get("Content-Length") != wantLength {
				t.Errorf("it is said to be %q of %q bytes", h.Get("Content-Type"), h.Get("Content-Length"))
			}
		})
	}
}
