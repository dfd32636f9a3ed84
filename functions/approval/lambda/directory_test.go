package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	slackapi "github.com/slack-go/slack"

	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm/ssmtest"
	"github.com/ec2-quarantine/quarantine/internal/boundary/secret"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/slack"
)

func TestATokenThatWasReplacedIsReadAgainAndTheGroupAskedOnceMore(t *testing.T) {
	t.Parallel()
	asked := 0
	workspace := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.FormValue("token") != "xoxb-2" && r.Header.Get("Authorization") != "Bearer xoxb-2" {
			_, _ = fmt.Fprint(w, `{"ok":false,"error":"invalid_auth"}`)
			return
		}
		_, _ = fmt.Fprint(w, `{"ok":true,"users":["U1"]}`)
	}))
	t.Cleanup(workspace.Close)
	store := &ssmtest.Store{}
	store.Put("token", "xoxb-1", true)
	parameters := ssm.New(store.Client(t))
	d := directory{&secret.Late[*slack.Directory]{
		Name: "the Slack token", Clock: quarantine.SystemClock{}, Log: slog.New(slog.DiscardHandler),
		Read: func(ctx context.Context) (string, error) { return parameters.Parameter(ctx, "token") },
		Make: func(token string) (*slack.Directory, error) {
			return slack.NewDirectory(token, workspace.Client(), slackapi.OptionAPIURL(workspace.URL+"/")), nil
		},
	}}
	if _, err := d.late.Get(t.Context()); err != nil {
		t.Fatal(err)
	}
	store.Put("token", "xoxb-2", true)
	if got, err := d.Members(t.Context(), "S0ONCALL"); err != nil || !slices.Equal(got, []string{"U1"}) || asked != 2 || store.Calls() != 2 {
		t.Errorf("got %v, %v after %d questions and %d reads", got, err, asked, store.Calls())
	}
	store.Put("token", "xoxb-3", true)
	if _, err := d.Members(t.Context(), "S0ONCALL"); err != nil || store.Calls() != 2 {
		t.Errorf("what Slack takes is not read again: %v, %d reads", err, store.Calls())
	}
}
