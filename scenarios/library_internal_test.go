package scenarios

import (
	"testing"

	"kycmock/mockserver/problem"
)

func TestUploadsAreBoundedInSum(t *testing.T) {
	text := func(name string) []byte {
		return []byte("name: " + name + "\nwhy: x\nprovider: uqudo\nsteps: [{advance: idle}]\n")
	}
	put := func(l *Library, name string, want problem.Code) {
		t.Helper()
		_, err := l.Put(name, text(name))
		got, _ := problem.As(err)
		if err == nil && want != "" || err != nil && (got == nil || got.Code != want) {
			t.Errorf("put %s: got %v, want %q", name, err, want)
		}
	}
	l := NewLibrary(nil, nil)
	l.uploaded = MaxUploads - 2*len(text("one")) // as much as a thousand others take
	put(l, "one", "")
	put(l, "two", "")
	put(l, "six", problem.TooLarge)
	put(l, "two", "") // in the place of itself
	if err := l.Delete("two"); err != nil {
		t.Fatal(err)
	}
	put(l, "six", "")
	if _, kept := l.Find("two"); kept {
		t.Error("what was deleted is there")
	}
}
