package ssm_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm/ssmtest"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// client is the SDK's client, without retries, for a server on loopback.
func client(url string) *awsssm.Client {
	return awsssm.New(awsssm.Options{
		Region: "us-east-1", BaseEndpoint: &url, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

func store(t *testing.T) (*ssmtest.Store, *awsssm.Client) {
	t.Helper()
	s := &ssmtest.Store{}
	return s, s.Client(t)
}

func TestContract(t *testing.T) {
	t.Parallel()
	ssmtest.Contract(t, func(t *testing.T) ssmtest.Env {
		s, api := store(t)
		return ssmtest.Env{API: api, Put: func(_ *testing.T, name, value string, secure bool) { s.Put(name, value, secure) }}
	})
}

func TestFaultsAreNamed(t *testing.T) {
	t.Parallel()
	for code, c := range map[string]struct {
		status     int
		name, text string
	}{
		"AccessDeniedException":  {400, quarantine.AccessDenied, "SSM denied GetParameter: give the function's role the action ssm:GetParameter on the parameter"},
		"ThrottlingException":    {400, quarantine.Throttled, "SSM throttled GetParameter, try again later: "},
		"InternalServerError":    {500, quarantine.Unavailable, "SSM did not answer GetParameter: "},
		"SomethingNew":           {503, quarantine.Unavailable, "SSM did not answer GetParameter: "},
		"ValidationException":    {400, quarantine.Unexpected, "SSM refused GetParameter in a way that is not foreseen: "},
		"InvalidKeyId":           {400, quarantine.Unexpected, "the parameter's KMS key cannot be used: "},
		"UnknownEncryptionThing": {400, quarantine.Unexpected, "SSM refused GetParameter in a way that is not foreseen: "},
	} {
		s, api := store(t)
		s.Fail(c.status, code)
		_, err := ssm.New(api).Parameter(t.Context(), "/quarantine/policy")
		if got := quarantine.NameOf(err); got != c.name || !strings.HasPrefix(err.Error(), c.text) || strings.Contains(err.Error(), "%!") {
			t.Errorf("%s: %s: %v; want %s: %s", code, got, err, c.name, c.text)
		}
	}
}

func TestAnUnreachableServiceIsUnavailable(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(nil)
	server.Close()
	if _, err := ssm.New(client(server.URL)).Parameter(t.Context(), "x"); !quarantine.Is(err, quarantine.Unavailable) {
		t.Errorf("got %v", err)
	}
}
