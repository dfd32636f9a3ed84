package moto

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Region is the region of every account.
const Region = "eu-west-1"

// Account is an AWS account in one region on moto's server, with nothing in it
// but what AWS puts into a new account.
type Account struct {
	ID       string // 12 digits
	Endpoint string // of every service, for example http://127.0.0.1:41234
}

// NewAccount gives a fresh account where QUARANTINE_REQUIRE_MOTO is 1, as in
// .ci/run and the task moto, and fails without a moto_server then. Elsewhere it
// skips the test: moto takes longer than all other tests together.
func NewAccount(t testing.TB) Account {
	t.Helper()
	if !required() {
		t.Skip("over moto's server tests run where QUARANTINE_REQUIRE_MOTO=1 is set: go tool task moto, or .ci/run")
	}
	endpoint, err := shared()
	if err != nil {
		giveUp(t, err, required())
	}
	return Account{ID: newID(t), Endpoint: endpoint}
}

// giveUp fails the test, or skips it where the program is not there and nobody
// requires it.
func giveUp(t testing.TB, err error, required bool) {
	t.Helper()
	if missing(err) && !required {
		t.Skipf("not checked against moto: %v", err)
	}
	t.Fatalf("there is no server of moto's, without which this is not checked: %v", err)
}

// newID is random: nothing else that runs on this machine has the same account.
func newID(t testing.TB) string {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(900_000_000_000))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(100_000_000_000 + n.Int64())
}

// What requests are signed with. moto accepts any signature, and AWS knows no
// such key.
const (
	accessKey = "AKIDMOTOTEST00000000"
	secretKey = "mototest-not-a-secret"
)

// Config is for the SDK's real clients. It is complete: no client looks into
// the environment, into files or for the instance metadata service. A client
// sends each request once, as an error of the server's is an answer here, and
// sends them one at a time: see [ConditionsRace].
func (a Account) Config() aws.Config {
	return aws.Config{
		Region:       Region,
		BaseEndpoint: aws.String(a.Endpoint),
		Credentials:  credentials(),
		HTTPClient:   a.oneAtATime(),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
	}
}

// SideBySide is Config for requests that do not wait for each other.
func (a Account) SideBySide() aws.Config {
	c := a.Config()
	c.HTTPClient = a.sideBySide()
	return c
}
