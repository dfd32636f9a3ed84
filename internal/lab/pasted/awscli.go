package pasted

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

//go:embed read.py
var driver string

// required tells that the test fails where the AWS CLI is not to be had.
var required = os.Getenv("QUARANTINE_REQUIRE_AWSCLI") == "1" //nolint:forbidigo // for tests, and here only

// Profile is one that there is.
const Profile = "security"

// Refused are the calls that the AWS CLI does not send, as the CLI itself reads their words, each
// with its reason. Nothing leaves the process. Files are those of the folder, in which it runs. It
// skips the test where Python has no awscli.
func Refused(t *testing.T, folder string, calls [][]string) (faults []string) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err == nil {
		err = exec.CommandContext(t.Context(), python, "-c", "import awscli").Run()
	}
	switch {
	case err != nil && required:
		t.Fatalf("QUARANTINE_REQUIRE_AWSCLI is set, and python3 has no awscli: %v", err)
	case err != nil:
		t.Skip("commands of the AWS CLI are read by itself where python3 has it: pip install awscli")
	}
	input, err := json.Marshal(distinct(calls))
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), python, "-c", driver)
	var said bytes.Buffer
	run.Dir, run.Stdin, run.Stderr = folder, bytes.NewReader(input), &said
	run.Env = environment(t)
	out, err := run.Output()
	if err != nil {
		t.Fatalf("the AWS CLI cannot be asked: %v\n%s", err, said.String())
	}
	if err := json.Unmarshal(out, &faults); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return faults
}

// environment has a region, credentials and the profile that commands name.
func environment(t *testing.T) []string {
	t.Helper()
	config := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(config, []byte("[profile "+Profile+"]\nregion = eu-west-1\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = planted\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	own := slices.DeleteFunc(exec.CommandContext(t.Context(), "python3").Environ(), func(set string) bool { return strings.HasPrefix(set, "AWS_") })
	return append(own, "AWS_ACCESS_KEY_ID=AKIAPLANTED", "AWS_SECRET_ACCESS_KEY=planted", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1", "AWS_CONFIG_FILE="+config)
}

// digits differ from one id to the next.
var digits = regexp.MustCompile(`[0-9a-f]{6,}|[0-9]+`)

// distinct leaves out calls that differ in ids alone.
func distinct(calls [][]string) (out [][]string) {
	var seen []string
	for _, c := range calls {
		if key := digits.ReplaceAllString(strings.Join(c, "\x00"), "0"); !slices.Contains(seen, key) {
			seen, out = append(seen, key), append(out, c)
		}
	}
	return out
}
