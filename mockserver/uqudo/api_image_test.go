package uqudo_test

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver"
)

func TestEveryImageHasTheChecksumOfTheResult(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for session, least := range map[string]int{
		`{"flow": "enrollment"}`:                                                        3,
		`{"flow": "enrollment", "documentType": "UAE_ID"}`:                              4,
		`{"flow": "enrollment", "documentType": "KEN_ID", "imageStyle": "drawn"}`:       4,
		`{"flow": "enrollment", "imageStyle": "realistic"}`:                             3,
		`{"flow": "enrollment", "profile": "data-inconsistent", "imageStyle": "drawn"}`: 3,
		`{"flow": "reading"}`:                                                           1,
		`{"flow": "reading", "imageStyle": "drawn"}`:                                    1,
		`{"flow": "lookup"}`:                                                            0,
		`{"flow": "face"}`:                                                              1,
		`{"flow": "face", "imageStyle": "realistic"}`:                                   1,
	} {
		t.Run(session, func(t *testing.T) {
			l := l.in(t)
			done := l.complete(session)
			c, images := l.client("default"), imagesOf(done.claims)
			if len(images) < least {
				t.Errorf("there are %d images, want %d", len(images), least)
			}
			for id, sum := range images {
				a := c.image(id).wants(200)
				if a.header.Get("Content-Type") != "image/jpeg" || checksum(a.body) != sum || a.header.Get("Content-Length") != fmt.Sprint(len(a.body)) {
					t.Errorf("%s is %s in %v, want %s", id, checksum(a.body), a.header, sum)
				}
				if _, err := jpeg.Decode(bytes.NewReader(a.body)); err != nil {
					t.Errorf("%s: %v", id, err)
				}
				if again := c.image(strings.ToUpper(id)).wants(200); !bytes.Equal(again.body, a.body) {
					t.Errorf("%s in capitals is another image", id)
				}
			}
		})
	}
}

func TestAnImageThatIsNotThere(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	c := l.client("default")
	for _, id := range []string{"", "x", nobodys, "68aabbccddeeff00112233", "68aabbccddeeff0011223344a", "68aabbccddeeff001122334g", "68aabbccddeeff00112233%20"} {
		c.image(id).says(400, "BAD_REQUEST")
	}
	c.image("68aabbccddeeff0011223344").says(404, "NOT_FOUND")
	c.image("68AABBCCDDEEFF0011223344").says(404, "NOT_FOUND")
}

func TestWhenImagesExpire(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	for _, c := range []struct {
		name, settings, flow string
		after                time.Duration
	}{
		{"with the result", `{}`, "enrollment", 2 * time.Hour},
		{"with the result of a face session", `{}`, "face", 10 * time.Minute},
		{"with a result that lasts half an hour", `{"jwsLifetime": "30m"}`, "enrollment", 30 * time.Minute},
		{"after half an hour, as documented", `{"api": {"imageLifetime": "30m"}}`, "enrollment", 30 * time.Minute},
		{"after half an hour, whatever the result does", `{"api": {"imageLifetime": "30m"}}`, "face", 30 * time.Minute},
		{"later than the result", `{"api": {"imageLifetime": "3h"}}`, "enrollment", 3 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := l.in(t)
			l.settings(c.settings)
			image := anImageOf(t, l.complete(`{"flow": "`+c.flow+`"}`).claims)
			l.advance(by(c.after - time.Second))
			l.client("default").image(image).wants(200)
			l.advance(`{"by": "1s"}`)
			l.client("default").image(image).says(404, "NOT_FOUND")
		})
	}
}

// TestTheSameSeedHasTheSameImages completes two sessions of one seed: their
// images are the same, and there as long as one of the sessions is.
func TestTheSameSeedHasTheSameImages(t *testing.T) {
	t.Parallel()
	l := newLab(t, mockserver.Config{})
	l.other(`{}`)
	one, two := l.complete(`{"flow": "enrollment", "seed": 3}`), l.complete(`{"flow": "enrollment", "seed": 3}`)
	us, them := l.client("default"), l.client("other")
	image := anImageOf(t, one.claims)
	if _, same := imagesOf(two.claims)[image]; !same {
		t.Fatalf("%s is not an image of the second session", image)
	}
	us.delete(two.id).wants(204)
	us.image(image).wants(200)
	them.image(image).says(403, "FORBIDDEN")
	l.call("POST", "/uqudo/accounts/other/sessions", `{"flow": "enrollment", "seed": 3}`).wants(202)
	them.image(image).wants(200)
	us.image(image).wants(200)
	us.delete(one.id).wants(204)
	us.image(image).says(403, "FORBIDDEN")
	them.image(image).wants(200)
}
