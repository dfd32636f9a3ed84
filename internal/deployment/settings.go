package deployment

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// settings is the file.
type settings struct {
	// Stack is the name or the ARN of the stack that is meant where neither flag
	// nor variable names one.
	Stack string `yaml:"stack"`
}

// SettingsPath is where the file is looked for, quarantine/config.yaml below the
// user's directory of configuration: configHome (the variable XDG_CONFIG_HOME),
// where that is an absolute path, or else what the system has for it. It is ""
// where there is no such directory.
// https://specifications.freedesktop.org/basedir-spec/latest/
func SettingsPath(configHome string) string {
	if !filepath.IsAbs(configHome) {
		var err error
		if configHome, err = os.UserConfigDir(); err != nil {
			return ""
		}
	}
	return filepath.Join(configHome, "quarantine", "config.yaml")
}

// readSettings reads the file; where there is none, nothing is set.
func readSettings(path string) (settings, error) {
	if path == "" {
		return settings{}, nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return settings{}, nil
	}
	if err != nil {
		return settings{}, err // it names the file
	}
	s, err := parseSettings(text)
	if err != nil {
		return settings{}, &FileError{Path: path, Err: err}
	}
	return s, nil
}

// parseSettings reads YAML. A key that is not known is an error: misspelt, it
// would leave the default in force without a word.
func parseSettings(text []byte) (settings, error) {
	var s settings
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil && !errors.Is(err, io.EOF) { // EOF: the file is empty
		return settings{}, located(err)
	}
	if err := d.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return settings{}, errors.New("there is a second document in it, and one is read")
	}
	return s, nil
}

// located says in one line what is wrong in which line of the YAML.
func located(err error) error {
	faults, many := errors.AsType[*yaml.TypeError](err)
	if !many {
		return err
	}
	var told []string
	for _, fault := range faults.Errors {
		told = append(told, strings.ReplaceAll(strings.Join(strings.Fields(fault), " "), " in type deployment.settings", ": the one key is stack"))
	}
	return errors.New(strings.Join(told, "; "))
}
