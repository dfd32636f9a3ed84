package slack_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	slackapi "github.com/slack-go/slack"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/slack"
)

const plantedToken = "xoxb-planted-token"

// workspace is a Slack API whose usergroups.users.list answers with a status and a body.
func workspace(t *testing.T, status int, body string) *slack.Directory {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/usergroups.users.list" || r.FormValue("usergroup") != "S0ONCALL" {
			t.Errorf("asked %s for %q", r.URL.Path, r.FormValue("usergroup"))
		}
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return slack.NewDirectory(plantedToken, server.Client(), slackapi.OptionAPIURL(server.URL+"/"))
}

func TestTheDirectoryGivesAGroupsUsers(t *testing.T) {
	t.Parallel()
	got, err := workspace(t, http.StatusOK, `{"ok":true,"users":["U1","U2"]}`).Members(t.Context(), "S0ONCALL")
	if err != nil || !slices.Equal(got, []string{"U1", "U2"}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestTheDirectorysErrorsAreNamedAndHoldNoSecret(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"the scope is missing": {http.StatusOK, `{"ok":false,"error":"missing_scope"}`, quarantine.AccessDenied},
		"a bad token":          {http.StatusOK, `{"ok":false,"error":"invalid_auth"}`, quarantine.AccessDenied},
		"no such group":        {http.StatusOK, `{"ok":false,"error":"no_such_subteam"}`, quarantine.BadRequest},
		"too many requests":    {http.StatusTooManyRequests, ``, quarantine.Throttled},
		"Slack is broken":      {http.StatusBadGateway, ``, quarantine.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := workspace(t, c.status, c.body).Members(t.Context(), "S0ONCALL")
			if !quarantine.Is(err, c.want) || strings.Contains(err.Error(), plantedToken) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
