package layout_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// workflow is what the rules look at.
type workflow struct {
	On          any            `yaml:"on"`
	Permissions any            `yaml:"permissions"`
	Jobs        map[string]job `yaml:"jobs"`
}

type job struct {
	Uses        string            `yaml:"uses"`
	Environment any               `yaml:"environment"`
	Permissions map[string]string `yaml:"permissions"`
	Timeout     int               `yaml:"timeout-minutes"`
	Concurrency any               `yaml:"concurrency"`
	Steps       []step            `yaml:"steps"`
}

type step struct {
	Uses string         `yaml:"uses"`
	Run  string         `yaml:"run"`
	With map[string]any `yaml:"with"`
}

// workflows are the files by their names, parsed and as text.
func workflows(t *testing.T) (parsed map[string]workflow, text map[string]string) {
	t.Helper()
	files, err := filepath.Glob(".github/workflows/*")
	if err != nil || len(files) < 3 {
		t.Fatalf("found %v, %v", files, err)
	}
	parsed, text = map[string]workflow{}, map[string]string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var w workflow
		if err := yaml.Unmarshal(content, &w); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		parsed[filepath.Base(file)], text[filepath.Base(file)] = w, string(content)
	}
	return parsed, text
}

// pinned is an action at a commit, with its version for people and for updates.
var pinned = regexp.MustCompile(`^[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

// A tag can be moved to other code; a commit cannot.
// https://docs.github.com/en/actions/reference/security/secure-use
func TestActionsArePinnedByCommit(t *testing.T) {
	t.Parallel()
	_, text := workflows(t)
	versions := map[string]string{}
	for name, content := range text {
		for line := range strings.Lines(content) {
			_, used, found := strings.Cut(strings.TrimSpace(line), "uses: ")
			if !found || strings.HasPrefix(used, "./") {
				continue
			}
			if !pinned.MatchString(used) {
				t.Errorf("%s uses %s: want owner/action@<40 hex digits> # vX.Y.Z", name, used)
			}
			action, version, _ := strings.Cut(used, "@")
			if other, seen := versions[action]; seen && other != version {
				t.Errorf("%s uses %s at %s, and another at %s: use one version", name, action, version, other)
			}
			versions[action] = version
		}
	}
	if len(versions) == 0 {
		t.Error("no workflow uses an action: this test has nothing to look at")
	}
}

func TestWorkflowsMayReadAndNothingMore(t *testing.T) {
	t.Parallel()
	parsed, _ := workflows(t)
	for name, w := range parsed {
		if got := fmt.Sprint(w.Permissions); got != "map[contents:read]" {
			t.Errorf("%s: permissions at the top are %v, want contents: read", name, got)
		}
		for id, j := range w.Jobs {
			for scope, access := range j.Permissions {
				if access == "write" && !mayWrite(name, id, scope, j) {
					t.Errorf("%s: job %s may write %s", name, id, scope)
				}
			}
		}
	}
}

// mayWrite has the two reasons to hold more than contents: read.
func mayWrite(file, id, scope string, j job) bool {
	switch scope {
	case "id-token": // a role of AWS, behind an environment's reviewer
		return file == "deploy.yml" && id == "deploy" && j.Environment != nil && j.Concurrency != nil
	case "contents": // to publish what another job has built
		return file == "release.yml" && id == "publish" && !runsTheRepository(j)
	}
	return false
}

// runsTheRepository tells whether a job has the repository's code.
func runsTheRepository(j job) bool {
	for _, s := range j.Steps {
		if strings.HasPrefix(s.Uses, "actions/checkout@") {
			return true
		}
	}
	return false
}

// What an expression is replaced by in a script is run as a script: values go
// through the environment.
func TestNoExpressionIsExpandedInAShell(t *testing.T) {
	t.Parallel()
	parsed, _ := workflows(t)
	runs := 0
	for name, w := range parsed {
		for id, j := range w.Jobs {
			for _, s := range j.Steps {
				if s.Run == "" {
					continue
				}
				runs++
				if strings.Contains(s.Run, "${{") {
					t.Errorf("%s: job %s runs %q: pass the value through env", name, id, s.Run)
				}
			}
		}
	}
	if runs == 0 {
		t.Error("no workflow runs anything: this test has nothing to look at")
	}
}

func TestNoWorkflowRunsAStrangersCodeWithOurRights(t *testing.T) {
	t.Parallel()
	parsed, text := workflows(t)
	for name, w := range parsed {
		for _, trigger := range []string{"pull_request_target", "workflow_run", "issue_comment"} {
			if strings.Contains(fmt.Sprint(w.On), trigger) {
				t.Errorf("%s is started by %s, which runs with the repository's rights", name, trigger)
			}
		}
		for _, word := range []string{"aws-access-key-id", "aws-secret-access-key", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "secrets."} {
			if strings.Contains(text[name], word) {
				t.Errorf("%s has %s: a role takes the place of keys, and nothing else is secret", name, word)
			}
		}
	}
}

func TestJobsEndAndLeaveNoTokenBehind(t *testing.T) {
	t.Parallel()
	parsed, _ := workflows(t)
	for name, w := range parsed {
		for id, j := range w.Jobs {
			if j.Uses == "" && j.Timeout == 0 {
				t.Errorf("%s: job %s has no timeout-minutes", name, id)
			}
			for _, s := range j.Steps {
				if strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["persist-credentials"] != false {
					t.Errorf("%s: job %s leaves the token in the checkout: persist-credentials: false", name, id)
				}
				if strings.HasPrefix(s.Uses, "actions/setup-go@") && name != "ci.yml" && s.With["cache"] != false {
					t.Errorf("%s: job %s ships what a cache holds, which other workflows write: cache: false", name, id)
				}
			}
		}
	}
}
