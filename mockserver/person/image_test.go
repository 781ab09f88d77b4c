package person

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image/jpeg"
	"strings"
	"testing"
)

func TestEveryKindOfImageIsAJPEGOfItsOwn(t *testing.T) {
	seen := map[string]ImageKind{}
	for _, kind := range ImageKinds() {
		data := Image(kind, "68f0a1b2c3d4e5f601234501")
		picture, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if size := picture.Bounds().Size(); size.X < 50 || size.Y < 50 || len(data) > 10_000 {
			t.Errorf("%s is %v and %d bytes", kind, size, len(data))
		}
		if other, ok := seen[Checksum(data)]; ok {
			t.Errorf("%s has the bytes of %s", kind, other)
		}
		seen[Checksum(data)] = kind
	}
}

func TestAnImageIsAPureFunctionOfKindAndID(t *testing.T) {
	a, again, b := Image(ImageSelfie, "a"), Image(ImageSelfie, "a"), Image(ImageSelfie, "b")
	if !bytes.Equal(a, again) {
		t.Error("the same id gave different bytes")
	}
	if bytes.Equal(a, b) {
		t.Error("different ids gave the same bytes")
	}
	a[0] = 0
	if bytes.Equal(a, Image(ImageSelfie, "a")) {
		t.Error("a caller's change shows in the next image")
	}
}

func TestAVeryLongIDStillGivesAnImage(t *testing.T) {
	if _, err := jpeg.Decode(bytes.NewReader(Image(ImageFront, strings.Repeat("x", 100_000)))); err != nil {
		t.Error(err)
	}
}

func TestAnUnknownKindHasNoImage(t *testing.T) {
	if data := Image("hologram", "a"); data != nil {
		t.Errorf("%d bytes", len(data))
	}
}

func TestChecksumIsTheSHA256OfTheBytes(t *testing.T) {
	data := Image(ImageBack, "a")
	if got, want := Checksum(data), fmt.Sprintf("sha256:%x", sha256.Sum256(data)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func BenchmarkImageAndChecksum(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Checksum(Image(ImageFrontFrame, "68f0a1b2c3d4e5f601234501"))
	}
}
