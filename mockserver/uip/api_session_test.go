package uip_test

import (
	"encoding/base64"
	"encoding/json"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

// apiCreate lists the calls that begin a session.
func apiCreate() map[string]string {
	return map[string]string{
		"/identify": `{"intent":"Hello"}`,
		"/sign":     `{"intent":"Lease","signature_information":"All of it"}`,
	}
}

func TestASessionIsAnsweredInThreeMembers(t *testing.T) {
	t.Parallel()
	for path, body := range apiCreate() {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			l := newLabWithWebhook(t)
			a := l.post(path, body).wants(200)
			session, code := a.text("session_id"), a.text("qr_code")
			want := `{"session_id":"` + session + `","expires_at":"2026-11-22T10:05:00Z","qr_code":"` + code + `"}`
			if a.body != want || a.header.Get("Content-Type") != "application/json" || !strings.HasPrefix(session, "sess_") {
				t.Errorf("it answered in %s %s, want %s", a.header.Get("Content-Type"), a.body, want)
			}
			if again := l.post(path, body); again.text("session_id") == session || again.text("qr_code") == code {
				t.Errorf("the second session is %s like the first", session)
			}
		})
	}
}

func TestASessionExpiresFiveMinutesAfterItBeganInWholeSecondsOfUTC(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		start time.Time
		want  string
	}{
		{"at a whole second", labStart, "2026-11-22T10:05:00Z"},
		{"a nanosecond before the next", labStart.Add(time.Second - 1), "2026-11-22T10:05:00Z"},
		{"in another zone", labStart.In(time.FixedZone("", 14*3600)), "2026-11-22T10:05:00Z"},
		{"over the end of a year", time.Date(2026, 12, 31, 23, 58, 0, 0, time.UTC), "2027-01-01T00:03:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := clock.New(tt.start, 0)
			t.Cleanup(c.Close)
			l := lab{t, mockserver.Test(t, mockserver.Config{Clock: c}).URL}
			l.webhook(l.receiver().url)
			a := l.post("/identify", `{"intent":"Hello"}`).wants(200)
			if got := a.text("expires_at"); got != tt.want {
				t.Errorf("it expires at %s, want %s", got, tt.want)
			}
			status := func() string {
				return l.control("GET", "/sessions/"+a.text("session_id"), "").wants(200).text("status")
			}
			l.advance("4m59.999s")
			if got := status(); got != "pending" {
				t.Errorf("a moment before it is %s", got)
			}
			l.advance("1ms")
			if got := status(); got != "expired" {
				t.Errorf("after five minutes it is %s", got)
			}
		})
	}
}

func TestAQRCodeIsAPictureWithAQuietZone(t *testing.T) {
	t.Parallel()
	l := newLabWithWebhook(t)
	for name, says := range map[string]string{
		"the default":    `https://www.uip.id/{session_id}`,
		"a short one":    `x`,
		"many IDs":       strings.Repeat("{session_id}", 41),
		"many letters":   strings.Repeat("😀", 500),
		"one of a phone": `uip://identify?sid={session_id}`,
	} {
		t.Run(name, func(t *testing.T) {
			l := l.in(t)
			settings, err := json.Marshal(map[string]string{"qrCode": says})
			if err != nil {
				t.Fatal(err)
			}
			l.settings(string(settings))
			picture := apiPicture(t, l.post("/identify", `{"intent":"Hello"}`).wants(200).text("qr_code"))
			edge := picture.Bounds()
			dark := func(x, y int) bool { r, _, _, _ := picture.At(x, y).RGBA(); return r < 0x8000 }
			// The three finder patterns are seven modules wide and stand in the
			// corners of the code.
			zone := 0
			for zone < edge.Dx() && !dark(zone, zone) {
				zone++
			}
			finder := 0
			for zone+finder < edge.Dx() && dark(zone+finder, zone) {
				finder++
			}
			if finder == 0 || finder%7 != 0 || zone < 4*finder/7 || edge.Dx() != edge.Dy() {
				t.Fatalf("a picture of %s has a finder pattern of %d pixels after %d", edge, finder, zone)
			}
			end := edge.Dx() - zone
			if !dark(end-1, zone) || !dark(zone, end-1) {
				t.Error("the quiet zone is not as wide everywhere")
			}
			for along := range edge.Dx() {
				for off := range zone {
					if dark(along, off) || dark(along, end+off) || dark(off, along) || dark(end+off, along) {
						t.Fatalf("the quiet zone is dark at %d, %d pixels in", along, off)
					}
				}
			}
		})
	}
}

// apiPicture is the PNG in a data URI.
func apiPicture(t *testing.T, uri string) image.Image {
	t.Helper()
	data, ok := strings.CutPrefix(uri, "data:image/png;base64,")
	if !ok {
		t.Fatalf("it is %.60s", uri)
	}
	picture, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(data)))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}
