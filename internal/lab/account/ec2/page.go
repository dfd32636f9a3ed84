package ec2

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// pageRequest is how a Describe request selects a part of the results.
type pageRequest struct {
	max   *int32
	token *string
	ids   []string // requested IDs; they exclude paging
}

// Limits of MaxResults, the same for every paginated operation here:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html
const (
	minPage = 5
	maxPage = 1000
)

// page returns the requested part of items, which are in the collection's order. The token names
// the last returned resource, so that it survives changes.
func page[T any](byDefault int, op call.Operation, req pageRequest, order []string, idOf func(*T) string, items []*T) ([]*T, *string, error) {
	size, err := req.size(byDefault)
	if err != nil {
		return nil, nil, err
	}
	if req.token != nil {
		last, err := readToken(op, *req.token)
		if err != nil {
			return nil, nil, err
		}
		from := slices.Index(order, last)
		if from < 0 {
			return nil, nil, badToken(*req.token)
		}
		items = slices.DeleteFunc(slices.Clone(items), func(item *T) bool {
			return slices.Index(order, idOf(item)) <= from
		})
	}
	if len(req.ids) > 0 || len(items) <= size {
		return items, nil, nil
	}
	token := writeToken(op, idOf(items[size-1]))
	return items[:size], &token, nil
}

func (r pageRequest) size(byDefault int) (int, error) {
	if r.max == nil {
		return byDefault, nil
	}
	if len(r.ids) > 0 {
		return 0, call.Fail("InvalidParameterCombination", "The parameter MaxResults cannot be used with a list of ids in the same call")
	}
	switch n := int(*r.max); {
	case n < minPage:
		return 0, call.Fail("InvalidParameterValue", "Value ( %d ) for parameter maxResults is invalid. Expecting a value greater than or equal to %d.", n, minPage)
	case n > maxPage:
		return 0, call.Fail("InvalidParameterValue", "Value ( %d ) for parameter maxResults is invalid. Expecting a value less than or equal to %d.", n, maxPage)
	default:
		return n, nil
	}
}

func writeToken(op call.Operation, last string) string {
	return base64.URLEncoding.EncodeToString(fmt.Appendf(nil, "%s after %s", op.Name, last))
}

func readToken(op call.Operation, token string) (string, error) {
	raw, err := base64.URLEncoding.DecodeString(token)
	last, ok := strings.CutPrefix(string(raw), op.Name+" after ")
	if err != nil || !ok {
		return "", badToken(token)
	}
	return last, nil
}

func badToken(token string) error {
	return call.Fail("InvalidNextToken", "The token '%s' is invalid", token)
}
