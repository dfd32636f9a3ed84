package moto

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Region is the Region of every account.
const Region = "eu-west-1"

// Account is an AWS account in one Region on moto's server. It holds only what AWS
// creates in every new account.
type Account struct {
	ID       string // 12 digits
	Endpoint string // of all services, for example http://127.0.0.1:41234
}

// NewAccount returns a new account if QUARANTINE_REQUIRE_MOTO is 1, as in .ci/run and
// the task moto; without a moto_server the test then fails. Otherwise it may skip the
// test, because moto takes longer than all other tests together.
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

// giveUp fails the test, or skips it if the program is missing and not required.
func giveUp(t testing.TB, err error, required bool) {
	t.Helper()
	if missing(err) && !required {
		t.Skipf("not checked against moto: %v", err)
	}
	t.Fatalf("there is no server of moto's, without which this is not checked: %v", err)
}

// newID returns a random ID, so that no other process on this machine uses the same account.
func newID(t testing.TB) string {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(900_000_000_000))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(100_000_000_000 + n.Int64())
}

// Credentials for signing requests. moto accepts any signature, and AWS knows no such
// key.
const (
	accessKey = "AKIDMOTOTEST00000000"
	secretKey = "mototest-not-a-secret"
)

// Config is for the SDK's real clients. It is complete: clients read neither the
// environment, nor files, nor the instance metadata service. A client does not retry,
// because tests check the server's errors, and it sends requests one at a time: see
// [ConditionsRace].
func (a Account) Config() aws.Config {
	return aws.Config{
		Region:       Region,
		BaseEndpoint: aws.String(a.Endpoint),
		Credentials:  credentials(),
		HTTPClient:   a.oneAtATime(),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
	}
}

// SideBySide is Config without the wait for the previous request.
func (a Account) SideBySide() aws.Config {
	c := a.Config()
	c.HTTPClient = a.sideBySide()
	return c
}
