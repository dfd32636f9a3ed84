package lambdaapi_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
)

func TestCallsAreCountedByAction(t *testing.T) {
	t.Parallel()
	e := lambdaapi.NewEndpoint(t, func(w http.ResponseWriter, r *http.Request, action string) {
		_, _ = io.WriteString(w, action+" ")
		_, _ = io.Copy(w, r.Body)
	})
	for _, c := range []struct{ target, body, action string }{
		{"", "Action=DescribeInstances&Version=2016-11-15", "DescribeInstances"},
		{"AmazonSSM.GetParameter", `{"Name":"x"}`, "GetParameter"},
		{"DynamoDB_20120810.UpdateItem", `{}`, "UpdateItem"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.URL, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Target", c.target)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=KEY/20260131/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || string(text) != c.action+" "+c.body || e.Calls(c.action) != 1 {
			t.Errorf("got %s, %v after %d calls; want %s", text, err, e.Calls(c.action), c.action)
		}
	}
	if e.Calls("") != 3 || !slices.Equal(e.KeyIDs(), []string{"KEY"}) {
		t.Errorf("%d calls with %v", e.Calls(""), e.KeyIDs())
	}
}
