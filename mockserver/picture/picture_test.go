package picture

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image/jpeg"
	"strings"
	"testing"
)

func TestEveryKindOfPictureIsAJPEGOfItsOwn(t *testing.T) {
	seen := map[string]Kind{}
	for _, kind := range Kinds() {
		data := JPEG(Plain, kind, "68f0a1b2c3d4e5f601234501", Subject{})
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

func TestAPictureIsAPureFunctionOfKindAndID(t *testing.T) {
	a, again, b := JPEG(Plain, Selfie, "a", Subject{}), JPEG(Plain, Selfie, "a", Subject{}), JPEG(Plain, Selfie, "b", Subject{})
	if !bytes.Equal(a, again) {
		t.Error("the same id gave different bytes")
	}
	if bytes.Equal(a, b) {
		t.Error("different ids gave the same bytes")
	}
	a[0] = 0
	if bytes.Equal(a, JPEG(Plain, Selfie, "a", Subject{})) {
		t.Error("a caller's change shows in the next picture")
	}
}

func TestAVeryLongIDStillGivesAPicture(t *testing.T) {
	if _, err := jpeg.Decode(bytes.NewReader(JPEG(Plain, Front, strings.Repeat("x", 100_000), Subject{}))); err != nil {
		t.Error(err)
	}
}

func TestAnUnknownKindOrStyleHasNoPicture(t *testing.T) {
	if data := JPEG(Plain, "hologram", "a", Subject{}); data != nil {
		t.Errorf("%d bytes", len(data))
	}
	if data := JPEG("oil", Front, "a", Subject{}); data != nil {
		t.Errorf("%d bytes", len(data))
	}
}

func TestChecksumIsTheSHA256OfTheBytes(t *testing.T) {
	data := JPEG(Plain, Back, "a", Subject{})
	if got, want := Checksum(data), fmt.Sprintf("sha256:%x", sha256.Sum256(data)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func BenchmarkPlainPictureAndChecksum(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Checksum(JPEG(Plain, FrontFrame, "68f0a1b2c3d4e5f601234501", Subject{}))
	}
}
