package ledger

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// An item holds at most 400 KB, names and values together:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
// Readable bodies stay readable in DynamoDB's console while they are small.
const (
	plainLimit  = 100_000 // bytes; above it a body is compressed
	packedLimit = 380_000 // bytes; above it no item takes it
)

// pack makes an attribute of a body: a string or, where it is large or not
// text, gzip as binary.
func pack(body []byte) (types.AttributeValue, error) {
	if len(body) <= plainLimit && utf8.Valid(body) {
		return &types.AttributeValueMemberS{Value: string(body)}, nil
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if packed.Len() > packedLimit {
		return nil, fmt.Errorf("its %d bytes are %d when compressed, and an item takes %d", len(body), packed.Len(), packedLimit)
	}
	return &types.AttributeValueMemberB{Value: packed.Bytes()}, nil
}

// unpack undoes pack for a body of the given size; it reads no more than that
// and one byte, whatever the attribute claims to hold.
func unpack(from types.AttributeValue, size int) ([]byte, error) {
	switch v := from.(type) {
	case *types.AttributeValueMemberS:
		return []byte(v.Value), nil
	case *types.AttributeValueMemberB:
		r, err := gzip.NewReader(bytes.NewReader(v.Value))
		if err != nil {
			return nil, err
		}
		return io.ReadAll(io.LimitReader(r, int64(size)+1))
	default:
		return nil, fmt.Errorf("a body is a string or binary, not %T", from)
	}
}
