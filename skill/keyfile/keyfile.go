// Package keyfile keeps what guards the skill archive outside the database: the
// signing key, the public keys that were ever trusted, and the newest head as
// a witness.
package keyfile

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// Key is the signing key and everything trusted beside it.
type Key struct {
	Private ed25519.PrivateKey
	Trusted []ed25519.PublicKey // Private's own and those listed in the .pub file
	Made    bool                // there was none before
}

// Load reads the signing key at path ("DIR/keys/archive.key": PKCS #8 in PEM,
// readable by its owner alone), or makes it from rand if there is no such
// file. Beside it, as path with the ending .pub, lie the public keys that
// signed or ever signed heads, one a line in base64; the present one is added
// if it is missing. To change the key, move the old file away and keep the
// .pub. It returns Invalid with skill.key.form, or skill.key.mode when others
// can read the key, and Unavailable (skill.key.file) when the disk refuses.
func Load(path string, rand io.Reader) (Key, error) {
	const op = "keyfile.Load"
	key, made, err := loadPrivate(path, rand)
	if err != nil {
		return Key{}, fault.Wrap(op, err)
	}
	out := Key{Private: key, Made: made}
	pub := Public(path)
	text, err := os.ReadFile(pub)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Key{}, fault.Wrap(op, refused(pub, err))
	}
	if out.Trusted, err = readPublic(text); err != nil {
		return Key{}, fault.Wrap(op, form(pub, err))
	}
	own := key.Public().(ed25519.PublicKey)
	for _, k := range out.Trusted {
		if k.Equal(own) {
			return out, nil
		}
	}
	out.Trusted = append(out.Trusted, own)
	text = append(text, base64.StdEncoding.EncodeToString(own)+"\n"...)
	return out, fault.Wrap(op, refused(pub, replace(pub, text, 0o644)))
}

// Public returns where the public keys lie beside the signing key at path.
func Public(path string) string { return strings.TrimSuffix(path, ".key") + ".pub" }

// LoadPublic reads only the public keys, for who verifies without being able
// to sign. The errors are those of Load.
func LoadPublic(path string) ([]ed25519.PublicKey, error) {
	const op = "keyfile.LoadPublic"
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Wrap(op, refused(path, err))
	}
	keys, err := readPublic(text)
	return keys, fault.Wrap(op, form(path, err))
}

func loadPrivate(path string, rand io.Reader) (key ed25519.PrivateKey, made bool, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = makePrivate(path, rand)
		return key, true, err
	}
	if err != nil {
		return nil, false, refused(path, err)
	}
	if info, err := os.Stat(path); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, false, fault.New(fault.Invalid, "skill.key.mode", fault.Args{"file": path, "mode": info.Mode().Perm().String()})
	}
	block, rest := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" || len(bytes.TrimSpace(rest)) > 0 {
		return nil, false, form(path, errors.New("no PEM block of type PRIVATE KEY, or more than one"))
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, false, form(path, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, false, form(path, errors.New("not an Ed25519 key"))
	}
	return key, false, nil
}

func makePrivate(path string, rand io.Reader) (ed25519.PrivateKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(rand, seed); err != nil {
		return nil, fault.Wrap("keyfile.make", err)
	}
	key := ed25519.NewKeyFromSeed(seed)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fault.Wrap("keyfile.make", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, refused(path, err)
	}
	return key, refused(path, replace(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
}

func readPublic(text []byte) (out []ed25519.PublicKey, err error) {
	for _, line := range strings.Fields(string(text)) {
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, errors.New("a line is no public key")
		}
		out = append(out, raw)
	}
	return out, nil
}

func form(path string, err error) error {
	if err == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Key: "skill.key.form", Args: fault.Args{"file": path}, Err: err}
}

func refused(path string, err error) error {
	if err == nil {
		return nil
	}
	return &fault.Error{Kind: fault.Unavailable, Key: "skill.key.file", Args: fault.Args{"file": path}, Err: err}
}

// replace writes a file so that after a crash there is the old one or the new.
func replace(path string, text []byte, mode fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil // has no such thing
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
