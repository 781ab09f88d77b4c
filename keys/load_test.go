package keys_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"kycmock/keys"
)

func TestLoadTakesEveryFormInTheOrderOfTheNames(t *testing.T) {
	pairs, err := keys.Load(os.DirFS("testdata/good"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"dfcd7339d11ad2387e12b66afb056f78", // 10-pkcs1.pem
		"49909af74a733a96a6e97afdf465684f", // 20-pkcs8.PEM
		"5f0e4d3c2b1a09f8e7d6c5b4a3928170", // 30-single.jwk keeps its own
		"team-key-1",                       // 40-set.json, the first keeps its own
		"c4813975fa4f73ac4327f57f528a9e48", // 40-set.json, the second has none
	}
	if len(pairs) != len(want) {
		t.Fatalf("got %d pairs, want %d", len(pairs), len(want))
	}
	for i, p := range pairs {
		if p.KID() != want[i] {
			t.Errorf("pair %d has kid %s, want %s", i, p.KID(), want[i])
		}
		token, err := p.Sign([]byte(`{}`))
		if err != nil {
			t.Fatal(err)
		}
		verify(t, token, []byte(`{"keys":[`+string(p.PublicJWK())+`]}`))
	}
}

func TestLoadRefusesABadFile(t *testing.T) {
	tests := []struct{ file, want string }{
		{"1024-bits-pkcs1.pem", "the RSA key has 1024 bits, want at least 2048"},
		{"1024-bits.pem", "the RSA key has 1024 bits, want at least 2048"},
		{"elliptic-sec1.pem", "a block of type EC PRIVATE KEY, want RSA PRIVATE KEY or PRIVATE KEY"},
		{"elliptic.pem", "an elliptic curve key, want RSA"},
		{"empty.pem", "no PEM block in it, want an RSA private key"},
		{"encrypted-pkcs1.pem", "the private key is encrypted, want it without a passphrase"},
		{"encrypted.pem", "the private key is encrypted, want it without a passphrase"},
		{"encryption.jwk", `use is "enc", want sig or none`},
		{"garbage-pkcs1.pem", "the RSA PRIVATE KEY block cannot be read, want an RSA key as PKCS#1"},
		{"garbage.pem", "the PRIVATE KEY block cannot be read, want an RSA key as PKCS#8"},
		{"inconsistent.jwk", "not a JWK that can be read: invalid RSA private key, p * q != n"},
		{"no-block.pem", "no PEM block in it, want an RSA private key"},
		{"no-keys.json", `no key in it, want a JWK or {"keys": [...]} with private RSA keys`},
		{"not-json.json", "not a JWK or a set of them: unexpected end of JSON input"},
		{"other.json", `no key in it, want a JWK or {"keys": [...]} with private RSA keys`},
		{"public-only.pem", "only PUBLIC KEY in it, want an RSA PRIVATE KEY or PRIVATE KEY block"},
		{"public.jwk", "only a public key, want the private one: the mock signs with it"},
		{"rs512.jwk", `alg is "RS512", want RS256 or none`},
		{"set.json", "keys[1]: an elliptic curve key, want RSA\n" +
			"set.json: keys[2]: a symmetric key, want RSA\n" +
			"set.json: keys[4]: not a JSON object, want a JWK\n" +
			`set.json: kid "fine" is also in set.json, want each kid once`},
		{"small.jwk", "the RSA key has 1024 bits, want at least 2048"},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			data, err := os.ReadFile("testdata/bad/" + tt.file)
			if err != nil {
				t.Fatal(err)
			}
			pairs, err := keys.Load(fstest.MapFS{tt.file: {Data: data}})
			wantError(t, err, tt.file+": "+tt.want)
			if pairs != nil {
				t.Errorf("got %d pairs beside the error", len(pairs))
			}
		})
	}
}

func TestLoadTellsEveryProblemOfADirectoryAtOnce(t *testing.T) {
	dir := os.DirFS("testdata/bad")
	_, err := keys.Load(dir)
	if err == nil {
		t.Fatal("a directory of bad files was taken")
	}
	if want := `twin-2.pem: kid "60dfe88604d3e0d0e6057d65d6fa1936" is also in twin-1.pem, want each kid once`; !strings.Contains(err.Error(), want) {
		t.Errorf("got %s\nwithout %s", err, want)
	}
	files, _ := fs.ReadDir(dir, ".")
	for _, file := range files {
		if file.Name() != "twin-1.pem" && !strings.Contains("\n"+err.Error(), "\n"+file.Name()+": ") {
			t.Errorf("nothing is said of %s in\n%s", file.Name(), err)
		}
	}
}

func TestLoadRefusesWhatIsNotThere(t *testing.T) {
	good, err := os.ReadFile("testdata/good/10-pkcs1.pem")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		dir  fs.FS
		want string
	}{
		{"an empty directory", fstest.MapFS{}, "no *.pem, *.jwk or *.json file in the directory, want at least one private key"},
		{"a directory of other files", fstest.MapFS{"key.txt": {Data: good}, "sub.pem/key.pem": {Data: good}},
			"no *.pem, *.jwk or *.json file in the directory, want at least one private key"},
		{"no directory", os.DirFS("testdata/none"), "the directory of keys cannot be read: no such file or directory"},
		{"a file that cannot be read", unreadable{fstest.MapFS{"a.pem": {Data: good}, "b.pem": {Data: good}}}, "b.pem: permission denied"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := keys.Load(tt.dir)
			wantError(t, err, tt.want)
		})
	}
}

// unreadable is a directory in which b.pem can be seen but not opened.
type unreadable struct{ fstest.MapFS }

func (u unreadable) Open(name string) (fs.File, error) {
	if name == "b.pem" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.MapFS.Open(name)
}

func (u unreadable) ReadFile(name string) ([]byte, error) {
	if name == "b.pem" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return u.MapFS.ReadFile(name)
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
