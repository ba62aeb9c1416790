// OpenSSL 1.1.0a, CVE-2016-6309. A message that is larger than the buffer makes the buffer grow; the pointer to the message's
// body is not updated, and what arrives is written where the buffer was.
#include "historic.h"

struct connection {
  char *buffer;
  size_t size;
  char *body;
};

APART void receive_header(struct connection *connection) {
  connection->size = 64;
  connection->buffer = malloc(connection->size);
  connection->body = connection->buffer + 4;
}

APART void grow(struct connection *connection, size_t size, bool fixed) {
  connection->buffer = realloc(connection->buffer, size);
  connection->size = size;
  if (fixed) connection->body = connection->buffer + 4;
}

APART void receive_body(struct connection *connection, size_t length) {
  for (size_t i = 0; i < length; i++) connection->body[i] = (char)('a' + i % 26);
}

int main(int count, char **arguments) {
  struct connection connection;
  receive_header(&connection);
  grow(&connection, 21000, is_fixed(count, arguments));
  receive_body(&connection, 40);
  free(connection.buffer);
  return 0;
}
