# PHP with its own allocator, and again with every object from malloc.

program php packages='php-cli' loaded='php'

# USE_ZEND_ALLOC=0 makes PHP take each of its objects from malloc.
php_run() {
  php -n "$workloads/stress.php"
  USE_ZEND_ALLOC=0 php -n "$workloads/stress.php"
}
