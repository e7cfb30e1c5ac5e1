package main

import (
	"path/filepath"
	"strings"

	"github.com/lianxi-cc/lianxi/internal/config"
)

// databaseFile is SQLite's file in the data folder.
const databaseFile = "lianxi.db"

// keyFile is where the archive's signing key lies.
func keyFile(dir string, c config.Archive) string {
	if c.KeyFile != "" {
		return c.KeyFile
	}
	return filepath.Join(dir, "keys", "archive.key")
}

// witnessFile is where the newest head of the archive is repeated.
func witnessFile(dir string, c config.Archive) string {
	return strings.TrimSuffix(keyFile(dir, c), ".key") + ".heads"
}
