package approval_test

import (
	"log/slog"
	"net/http/httptest"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/preflight/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// A preflight has no link, and asks for what is not there.
func TestAPreflightKnowsThePageByItsAnswer(t *testing.T) {
	t.Parallel()
	s := &approval.Server{Clock: quarantine.SystemClock{}, Log: slog.New(slog.DiscardHandler)}
	page := httptest.NewServer(s.Handler())
	t.Cleanup(page.Close)
	if status, own, err := (account.Web{}).Get(t.Context(), page.URL); err != nil || !own || status != 404 {
		t.Errorf("%d, %t, %v", status, own, err)
	}
}
