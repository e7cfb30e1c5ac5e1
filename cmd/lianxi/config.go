package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lianxi-cc/lianxi/internal/config"
	"github.com/lianxi-cc/lianxi/internal/fault"
)

// defaultData is the data folder when none is named.
const defaultData = "lianxi-data"

// configFile is the name of the configuration in the data folder.
const configFile = "lianxi.toml"

// dataDir returns the data folder: the one named, or the default.
func (e *env) dataDir() string {
	if e.data != "" {
		return e.data
	}
	return defaultData
}

// loadConfig reads the data folder's lianxi.toml, if there is one, and the
// environment.
func (e *env) loadConfig() (config.Config, error) {
	file := filepath.Join(e.dataDir(), configFile)
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return config.Config{}, &fault.Error{Kind: fault.Unavailable, Key: "cli.file", Args: fault.Args{"file": file, "problem": cause(err)}, Err: err}
	}
	return config.Parse(file, text, e.environ)
}

// configCmd prints the configuration in force.
type configCmd struct{}

// Run prints the configuration as a file that would give it.
func (configCmd) Run(e *env) error {
	c, err := e.loadConfig()
	if err != nil {
		return err
	}
	text, err := c.Text()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "# %s\n%s", filepath.Join(e.dataDir(), configFile), text)
	return err
}
