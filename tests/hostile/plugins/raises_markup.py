# REASON <script>alert
raise ValueError('<script>alert(1)</script> `x`_ |y| :ref:`z`')


class plugin:
    'Own words.'
