package storage

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"
)

// appendValue appends a value, as a driver gave it, in the form of its kind.
func appendValue(line []byte, k kind, v any) ([]byte, error) {
	if v == nil {
		return append(line, "null"...), nil
	}
	switch k {
	case kindInt:
		if n, ok := v.(int64); ok {
			return strconv.AppendInt(line, n, 10), nil
		}
	case kindFloat:
		if f, ok := v.(float64); ok && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return strconv.AppendFloat(line, f, 'g', -1, 64), nil
		}
	case kindBool:
		switch b := v.(type) {
		case bool:
			return strconv.AppendBool(line, b), nil
		case int64: // SQLite, computed
			return strconv.AppendBool(line, b != 0), nil
		}
	case kindTime:
		if t, ok := v.(time.Time); ok {
			return appendString(line, t.UTC().Format(time.RFC3339Nano))
		}
	case kindText:
		if s, ok := asString(v); ok && utf8.ValidString(s) {
			return appendString(line, s)
		}
	case kindBytes:
		if s, ok := asString(v); ok {
			return appendString(line, base64.StdEncoding.EncodeToString([]byte(s)))
		}
	}
	return nil, fmt.Errorf("%T is no %s", v, k)
}

func asString(v any) (string, bool) {
	switch s := v.(type) {
	case string:
		return s, true
	case []byte:
		return string(s), true
	}
	return "", false
}

// appendString appends s as JSON, with every character as itself that may be.
func appendString(line []byte, s string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, err
	}
	return append(line, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...), nil
}

// parseValue reads what appendValue wrote, as an argument for a statement.
func parseValue(k kind, text json.RawMessage) (any, error) {
	if string(text) == "null" {
		return nil, nil
	}
	var s string
	switch k {
	case kindInt:
		return strconv.ParseInt(string(text), 10, 64)
	case kindFloat:
		return strconv.ParseFloat(string(text), 64)
	case kindBool:
		var b bool
		err := json.Unmarshal(text, &b)
		return b, err
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, err
	}
	switch k {
	case kindText:
		return s, nil
	case kindBytes:
		return base64.StdEncoding.Strict().DecodeString(s)
	case kindTime:
		return time.Parse(time.RFC3339Nano, s)
	}
	return nil, fmt.Errorf("no such kind: %s", k)
}
