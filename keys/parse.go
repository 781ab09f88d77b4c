package keys

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// readBlock reads one PEM block that says it is a private key.
func readBlock(block *pem.Block) (Pair, error) {
	if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
		return Pair{}, errors.New("the private key is encrypted, want it without a passphrase")
	}
	var key crypto.PrivateKey
	var err error
	switch block.Type {
	case "RSA PRIVATE KEY":
		if key, err = x509.ParsePKCS1PrivateKey(block.Bytes); err != nil {
			return Pair{}, errors.New("the RSA PRIVATE KEY block cannot be read, want an RSA key as PKCS#1")
		}
	case "PRIVATE KEY":
		if key, err = x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
			return Pair{}, errors.New("the PRIVATE KEY block cannot be read, want an RSA key as PKCS#8")
		}
	default:
		return Pair{}, fmt.Errorf("a block of type %s, want RSA PRIVATE KEY or PRIVATE KEY", block.Type)
	}
	return pairOf(key, "")
}

// readJWK reads one JSON Web Key.
func readJWK(data []byte) (Pair, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return Pair{}, errors.New("not a JSON object, want a JWK")
	}
	var key jose.JSONWebKey
	if err := key.UnmarshalJSON(data); err != nil {
		return Pair{}, fmt.Errorf("not a JWK that can be read: %s", strings.TrimPrefix(err.Error(), "go-jose/go-jose: "))
	}
	if key.Use != "" && key.Use != "sig" {
		return Pair{}, fmt.Errorf("use is %q, want sig or none", key.Use)
	}
	if key.Algorithm != "" && key.Algorithm != RS256 {
		return Pair{}, fmt.Errorf("alg is %q, want RS256 or none", key.Algorithm)
	}
	return pairOf(key.Key, key.KeyID)
}

// pairOf takes what a file held, if it is an RSA private key.
func pairOf(key any, kid string) (Pair, error) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		return newPair(key, kid)
	case *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey:
		return Pair{}, errors.New("only a public key, want the private one: the mock signs with it")
	case *ecdsa.PrivateKey:
		return Pair{}, errors.New("an elliptic curve key, want RSA")
	case ed25519.PrivateKey:
		return Pair{}, errors.New("an Ed25519 key, want RSA")
	case []byte:
		return Pair{}, errors.New("a symmetric key, want RSA")
	default:
		return Pair{}, fmt.Errorf("a key of kind %T, want RSA", key)
	}
}
